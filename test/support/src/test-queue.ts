import { Redis } from 'ioredis';
import postgres from 'postgres';
import { inject } from 'vitest';
import { onServer } from './server-databases.ts';
import { createTestDatabase } from './test-database.ts';

/** A place for queues that belongs to one test; leaving its scope (`await using`) empties or drops it. */
export interface TestQueueServer extends AsyncDisposable {
  readonly url: string;
  /** Takes away every job, waiting or running, as a lost Redis would. */
  empty(): Promise<void>;
}

export type QueueServerKind = 'PostgreSQL' | 'Redis';

/** The kinds of server that tests of the queues run on; a kind that this machine lacks is shown as skipped. */
export const QUEUE_SERVER_KINDS: readonly QueueServerKind[] = ['PostgreSQL', 'Redis'];

/** Whether this run has a server of the kind. */
export function hasQueueServer(kind: QueueServerKind): boolean {
  return kind === 'PostgreSQL' || inject('redisUrl') !== null;
}

/** An empty place for queues: a database of its own, on PostgreSQL or on Redis. */
export async function createTestQueueServer(kind: QueueServerKind): Promise<TestQueueServer> {
  return kind === 'PostgreSQL' ? createTestPostgres() : createTestRedis();
}

async function createTestPostgres(): Promise<TestQueueServer> {
  const database = await createTestDatabase(inject('databaseServerUrl'));
  return {
    url: database.url,
    async empty() {
      await onServer(database.url, async (sql) => {
        const tables = await sql<{ name: string }[]>`
          select format('%I.%I', schemaname, tablename) as name
          from pg_tables
          where schemaname = 'bullmq' and tablename <> 'migration'`;
        // Before anyone has opened a queue.
        if (tables.length === 0) return;
        await untilNoDeadlock(() => sql.unsafe(`truncate ${tables.map(({ name }) => name).join(', ')}`));
      });
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

async function createTestRedis(): Promise<TestQueueServer> {
  const serverUrl = inject('redisUrl');
  if (serverUrl === null) throw new Error('this run has no Redis: see hasQueueServer');
  const shared = new Redis(serverUrl);
  // A Redis server has sixteen databases: the first one counts which of the others is next.
  const database = ((await shared.incr('energy-data-service:test-databases')) % 15) + 1;
  shared.disconnect();
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  const redis = new Redis(url.href);
  await redis.flushdb();
  return {
    url: url.href,
    async empty() {
      await redis.flushdb();
    },
    async [Symbol.asyncDispose]() {
      await redis.flushdb();
      redis.disconnect();
    },
  };
}

/** Tries again what the server refuses because somebody else holds locks in another order, as `truncate` beside workers. */
export async function untilNoDeadlock(statement: () => PromiseLike<unknown>): Promise<void> {
  for (;;) {
    try {
      await statement();
      return;
    } catch (error) {
      if (!(error instanceof postgres.PostgresError && error.code === '40P01')) throw error;
    }
  }
}
