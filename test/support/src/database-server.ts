import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@energy-data-service/embedded-postgres';
import { startTimescaleDb } from './containers.ts';

export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The server that integration tests create their databases on: the one at `TEST_DATABASE_URL`, a TimescaleDB in a
 * container with `TEST_DATABASE=timescaledb`, or else an embedded one. What is started is gone without a trace when
 * stopped.
 *
 * @throws {Error} when `TEST_DATABASE` says anything else
 */
export async function startDatabaseServer({
  TEST_DATABASE_URL: url,
  TEST_DATABASE: kind,
}: NodeJS.ProcessEnv): Promise<TestServer> {
  if (url !== undefined) return { url, stop: async () => undefined };
  if (kind === 'timescaledb') return startTimescaleDb();
  if (kind !== undefined) throw new Error('TEST_DATABASE must be timescaledb, or not set');

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
