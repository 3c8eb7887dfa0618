import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, ensureDatabase, migrate, type Sql } from '@energy-data-service/db';
import { startEmbeddedPostgres } from '@energy-data-service/embedded-postgres';

/** A migrated, empty database; leaving its scope (`await using`) ends its connections and drops it. */
export interface BenchDatabase extends AsyncDisposable {
  readonly url: string;
  /** A pool of so many connections that ends with the database. */
  connect(connections: number): Sql;
}

/** The server that all databases of a run are on. */
export interface BenchDatabaseServer {
  createDatabase(): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The server at `url`, as a user who may create databases and checkpoint; or an embedded one with PostgreSQL's own
 * durable settings, started when the first database is created and gone without a trace when stopped.
 */
export function benchDatabaseServer(url: string | undefined): BenchDatabaseServer {
  let running: Promise<RunningServer> | undefined;
  return {
    async createDatabase() {
      running ??= url === undefined ? startServer() : Promise.resolve({ url, stop: async () => undefined });
      const server = await running;
      const name = `energy_bench_${randomUUID().replaceAll('-', '')}`;
      const databaseUrl = await ensureDatabase(server.url, name);
      await migrate(databaseUrl);
      const pools: Sql[] = [];
      return {
        url: databaseUrl,
        connect(connections) {
          const sql = connect(databaseUrl, { max: connections });
          pools.push(sql);
          return sql;
        },
        async [Symbol.asyncDispose]() {
          await Promise.all(pools.map((sql) => sql.end()));
          await dropDatabase(server.url, name);
        },
      };
    },
    stop: async () => (await running)?.stop(),
  };
}

async function startServer(): Promise<RunningServer> {
  const folder = join(tmpdir(), `energy-data-service-bench-${randomUUID()}`);
  // Twenty collectors with their queues on PostgreSQL want some 200.
  const server = await startEmbeddedPostgres({ dataDir: folder, settings: { max_connections: '300' } });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(server.dataDir, { recursive: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const sql = connect(serverUrl, { max: 1 });
  try {
    await sql`drop database ${sql(name)} with (force)`;
  } finally {
    await sql.end();
  }
}
