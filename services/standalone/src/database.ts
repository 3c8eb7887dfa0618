import { ensureDatabase, SIMULATED_PREFIX } from '@energy-data-service/db';
import {
  type EmbeddedPostgres,
  serverFolder,
  startEmbeddedPostgres,
} from '@energy-data-service/embedded-postgres';
import type { CloseStep } from '@energy-data-service/runtime';

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
 */
export async function openDatabase(
  { dataDir, url, simulated }: { dataDir: string; url: string | undefined; simulated: boolean },
  log: (line: string) => void,
): Promise<Database> {
  if (url !== undefined)
    return { url, publish: async () => undefined, closeSteps: [], ended: new Promise(() => undefined) };
  const server: EmbeddedPostgres = await startEmbeddedPostgres({
    dataDir: serverFolder(dataDir),
    log,
  });
  const database = `${simulated ? SIMULATED_PREFIX : ''}energy_data`;
  return {
    url: await ensureDatabase(server.url, database),
    publish: (apiUrl) => server.publish({ url: apiUrl, database, isSimulated: simulated }),
    closeSteps: [['embedded PostgreSQL', server.stop]],
    ended: server.ended,
  };
}
