import { resolve } from 'node:path';
import {
  DataFolderAccessError,
  type FoundWork,
  findEmbeddedPostgres,
  serverFolder,
} from '@energy-data-service/embedded-postgres';
import { UnreadyDatabaseError } from './unready-database-error.ts';

/**
 * The database that the service which `pnpm start` has begun works with.
 *
 * @param dataDir - the service's `DATA_DIR`
 * @throws {UnreadyDatabaseError} if none runs there, it is not ready yet, or it is another user's
 */
export async function findRunningDatabase(dataDir: string): Promise<FoundWork> {
  const found = await findEmbeddedPostgres(serverFolder(dataDir)).catch((error: unknown) => {
    if (!(error instanceof DataFolderAccessError)) throw error;
    throw new UnreadyDatabaseError(`${error.message}: run this command as that user, or set DATABASE_URL`, {
      cause: error,
    });
  });
  if (found === null) {
    throw new UnreadyDatabaseError(
      `there is no database to work on: set DATABASE_URL, start one with pnpm start, or run this in a container of the stack (docker compose exec collector backfill, status or replay); looked in ${resolve(dataDir)} (DATA_DIR)`,
    );
  }
  if (found.work === null) {
    const process = found.pid === null ? '' : ` (process ${found.pid})`;
    throw new UnreadyDatabaseError(
      `what pnpm start runs on ${found.dataDir}${process} is still starting, or is ending: try again in a moment`,
    );
  }
  return found.work;
}

/** Whoever connects there is refused; on macOS because the address is none (`EADDRNOTAVAIL`). */
const NOWHERE = 0;

/**
 * Finds where the database of `findRunningDatabase` listens now: a service that is started again gets its port back only
 * if nobody has taken it. While none is found that is nowhere, as somebody else may listen where it did.
 *
 * @returns never rejects
 */
export async function findRunningPort(dataDir: string): Promise<number> {
  const found = await findEmbeddedPostgres(serverFolder(dataDir)).catch(() => null);
  return found?.work == null ? NOWHERE : Number(new URL(found.work.databaseUrl).port);
}
