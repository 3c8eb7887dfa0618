import { resolve } from 'node:path';
import {
  connect,
  disconnect,
  findDatabaseReadiness,
  isDatabaseAway,
  isSimulatedDatabase,
  type Sql,
} from '@energy-data-service/db';
import { describeError } from '@energy-data-service/domain';
import type { FoundWork } from '@energy-data-service/embedded-postgres';
import type { BackfillConfig } from './config.ts';
import { findRunningDatabase, findRunningPort } from './running-database.ts';
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
    await refuseUnready(DATABASE_URL, 'DATABASE_URL says where it is');
    const name = new URL(DATABASE_URL).pathname.slice(1);
    if (isSimulatedDatabase(name)) notes.print(`All data is SIMULATED: this is the database ${name}.`);
    return connect(DATABASE_URL, { max: CONNECTIONS });
  }
  const { databaseUrl, url, isSimulated } = await findIn(DATA_DIR);
  await refuseUnready(
    databaseUrl,
    `it is the one of what pnpm start runs on ${url}`,
    `; pnpm start migrates it: end what runs on ${url}, and start it again`,
  );
  if (isSimulated)
    notes.print(`All data is SIMULATED: this is the database of what pnpm start runs on ${url}.`);
  return connect(databaseUrl, { max: CONNECTIONS, findPort: () => findRunningPort(DATA_DIR) });
}

async function findIn(dataDir: string): Promise<FoundWork> {
  try {
    return await findRunningDatabase(dataDir);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTDIR')) throw error;
    throw new UnreadyDatabaseError(
      `${resolve(dataDir)} is a file, or below one: set DATA_DIR to the folder of what pnpm start runs, or set DATABASE_URL`,
      { cause: error },
    );
  }
}

/**
 * @param where - which database it is, for one that cannot be reached or used
 * @param advice - what to do, behind the reason why it is not migrated
 * @throws {UnreadyDatabaseError}
 */
async function refuseUnready(url: string, where: string, advice = ''): Promise<void> {
  const readiness = await findDatabaseReadiness(url);
  if (readiness.state === 'ready') return;
  const { state, reason } = readiness;
  if (state === 'refused')
    throw new UnreadyDatabaseError(`the database cannot be used (${reason}); ${where}`);
  const absence = await findAbsence(url);
  throw new UnreadyDatabaseError(
    absence === undefined ? `${reason}${advice}` : `the database cannot be reached (${absence}); ${where}`,
  );
}

/** Why a database does not answer; undefined if it does. */
async function findAbsence(url: string): Promise<string | undefined> {
  const sql = connect(url, { max: 1 });
  try {
    await sql`select 1`;
    return undefined;
  } catch (error) {
    if (isDatabaseAway(error)) return describeError(error);
    throw error;
  } finally {
    await disconnect(sql);
  }
}
