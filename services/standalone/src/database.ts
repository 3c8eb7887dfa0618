import { resolve } from 'node:path';
import { ensureDatabase, SIMULATED_PREFIX } from '@energy-data-service/db';
import {
  type EmbeddedPostgres,
  serverFolder,
  startEmbeddedPostgres,
} from '@energy-data-service/embedded-postgres';
import { type CloseStep, StartError } from '@energy-data-service/runtime';

interface Database {
  readonly url: string;
  /** Tells a second start on the same data where this one listens, and commands which database they work on. */
  publish(apiUrl: string): Promise<void>;
  readonly closeSteps: readonly CloseStep[];
  /** Resolves when the embedded server is gone, whoever ended it; never for another server. */
  readonly ended: Promise<void>;
}

/**
 * Opens the database: the embedded server's in `dataDir`, or the one that is given.
 *
 * Simulated data has a database of its own, so that it never mixes with what the platform published.
 *
 * @param log - receives what a person at the terminal should know
 * @throws {StartError} if `dataDir` cannot hold data
 */
export async function openDatabase(
  { dataDir, url, simulated }: { dataDir: string; url: string | undefined; simulated: boolean },
  log: (line: string) => void,
): Promise<Database> {
  if (url !== undefined)
    return { url, publish: async () => undefined, closeSteps: [], ended: new Promise(() => undefined) };
  const server = await startServer(dataDir, log);
  const database = `${simulated ? SIMULATED_PREFIX : ''}energy_data`;
  return {
    url: await ensureDatabase(server.url, database),
    publish: (apiUrl) => server.publish({ url: apiUrl, database, isSimulated: simulated }),
    closeSteps: [['embedded PostgreSQL', server.stop]],
    ended: server.ended,
  };
}

async function startServer(dataDir: string, log: (line: string) => void): Promise<EmbeddedPostgres> {
  const path = resolve(dataDir);
  try {
    return await startEmbeddedPostgres({ dataDir: serverFolder(dataDir), log });
  } catch (error) {
    const reason = findFault(error, path);
    if (reason === undefined) throw error;
    throw new StartError(`The data folder ${path} ${reason}: set DATA_DIR to another one.`, { cause: error });
  }
}

/** What the system says of a folder that is none, or not for us. */
const FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'may not be used by this user',
  EEXIST: 'is a file, or below one',
  ENOTDIR: 'is a file, or below one',
  EPERM: 'may not be used by this user',
  EROFS: 'is on a file system that is read only',
};

/** What is wrong with the data folder, if an error is about that. */
function findFault(error: unknown, dataDir: string): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return undefined;
  return String(error.path).startsWith(dataDir) ? FAULTS[String(error.code)] : undefined;
}
