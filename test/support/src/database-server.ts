import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@energy-data-service/embedded-postgres';

export interface DatabaseServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server of our own, gone without a trace when stopped, or the one that runs at `url`. */
export async function startDatabaseServer(url: string | undefined): Promise<DatabaseServer> {
  if (url !== undefined) return { url, stop: async () => undefined };

  const folder = join(tmpdir(), `energy-data-service-test-${randomUUID()}`);
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(server.dataDir, { recursive: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
