import { connect, findDatabaseReadiness, type Sql } from '@energy-data-service/db';

/** The database cannot be worked with; the message says why, without credentials. */
export class UnreadyDatabaseError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = new.target.name;
  }
}

/** Connections of one command: it asks one thing after the other, and now and then two at once. */
const CONNECTIONS = 2;

/**
 * Connects to a database that answers and has the schema of this release. A command does not wait for one.
 *
 * @throws {UnreadyDatabaseError} if it does not, or lets nobody in
 */
export async function openDatabase(url: string): Promise<Sql> {
  const readiness = await findDatabaseReadiness(url);
  if (readiness.state !== 'ready') throw new UnreadyDatabaseError(readiness.reason);
  return connect(url, { max: CONNECTIONS });
}
