import { connect, findDatabaseReadiness, isSimulatedDatabase, type Sql } from '@energy-data-service/db';
import type { BackfillConfig } from './config.ts';
import { findRunningDatabase } from './running-database.ts';
import type { Terminal } from './terminal.ts';
import { UnreadyDatabaseError } from './unready-database-error.ts';

/** Connections of one command: it asks one thing after the other, and now and then two at once. */
const CONNECTIONS = 2;

/**
 * Connects to the database that is configured, or else to the one that `pnpm start` runs: one that answers and has the
 * schema of this release. A command does not wait for one.
 *
 * @param notes - is told when the data is made up
 * @throws {UnreadyDatabaseError} if there is none, it is not ready, or it lets nobody in
 */
export async function openDatabase(
  { DATABASE_URL, DATA_DIR }: BackfillConfig,
  notes: Pick<Terminal, 'print'>,
): Promise<Sql> {
  if (DATABASE_URL !== undefined) {
    const sql = await connectIfReady(DATABASE_URL);
    const name = new URL(DATABASE_URL).pathname.slice(1);
    if (isSimulatedDatabase(name)) notes.print(`All data is SIMULATED: this is the database ${name}.`);
    return sql;
  }
  const { databaseUrl, url, isSimulated } = await findRunningDatabase(DATA_DIR);
  const sql = await connectIfReady(
    databaseUrl,
    `; pnpm start migrates it: end what runs on ${url}, and start it again`,
  );
  if (isSimulated)
    notes.print(`All data is SIMULATED: this is the database of what pnpm start runs on ${url}.`);
  return sql;
}

/** @param advice - what to do, behind the reason why the database is not ready */
async function connectIfReady(url: string, advice = ''): Promise<Sql> {
  const readiness = await findDatabaseReadiness(url);
  if (readiness.state !== 'ready') throw new UnreadyDatabaseError(`${readiness.reason}${advice}`);
  return connect(url, { max: CONNECTIONS });
}
