import { migrate } from '@energy-data-service/db';
import { entsoeSource } from '@energy-data-service/entsoe';
import { startSimulator } from '@energy-data-service/simulator';
import {
  createTestDatabase,
  createTestQueueServer,
  layLine,
  startRedis,
  startTimescaleDb,
} from '@energy-data-service/test-support';
import { describe, expect, inject, it, vi } from 'vitest';
import { freePort } from './free-port.ts';
import { expectUndisturbedQuarter, QUARTER_DAYS } from './published-quarter.ts';
import { type Stack, startStack } from './stack.ts';

/** A backfill of 91 windows at ten requests a second, of which the test disturbs the servers. */
async function backfill(
  servers: { databaseUrl?: string; queueUrl?: string },
  disturb: (stack: Stack) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator({ requestsPerMinute: 100_000 });
  try {
    const settings = { securityToken: 'any', baseUrl: simulator.url, requestsPerMinute: 600 };
    const sources = [{ source: entsoeSource, settings }];
    await using stack = await startStack({ queue: 'PostgreSQL', sources, servers });
    await stack.collect(...QUARTER_DAYS);
    await disturb(stack);
    await stack.settle();
    await expectUndisturbedQuarter(stack, simulator);
  } finally {
    await simulator.close();
  }
}

/** Waits until so many windows have been answered and processed. */
async function untilSucceeded({ sql }: Stack, windows: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const succeeded = await sql`select from collection_window where status = 'succeeded'`;
      expect(succeeded.length).toBeGreaterThanOrEqual(windows);
    },
    { timeout: 60_000, interval: 20 },
  );
}

it('a database that is out of reach until every service has noticed loses nothing', async () => {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  await using queues = await createTestQueueServer('PostgreSQL');
  await using line = await layLine(database.url);
  await backfill({ databaseUrl: line.url, queueUrl: queues.url }, async (stack) => {
    for (const windows of [10, 40]) {
      await untilSucceeded(stack, windows);
      const before = stack.logged.length;
      line.cut();
      await vi.waitFor(
        () => {
          const since = stack.logged.slice(before).join('');
          expect(since).toContain('scheduling failed');
          expect(since).toMatch(/"queue":"collect-entsoe".*"msg":"the database is away, the job waits"/);
        },
        { timeout: 30_000, interval: 50 },
      );
      await line.mend();
    }
  });
}, 180_000);

describe.skipIf(!inject('hasContainerEngine'))('servers in containers', () => {
  it('a Redis that is restarted in the middle of a backfill loses nothing', async () => {
    const redis = await startRedis({ port: await freePort() });
    try {
      await backfill({ queueUrl: redis.url }, async (stack) => {
        for (const windows of [10, 40]) {
          await untilSucceeded(stack, windows);
          await redis.restart();
        }
      });
    } finally {
      await redis.stop();
    }
  }, 240_000);

  it('a TimescaleDB that is restarted in the middle of a backfill loses nothing, with data and queues on it', async () => {
    const server = await startTimescaleDb({ port: await freePort() });
    try {
      await migrate(server.url, { columnstoreAfterDays: 90 });
      await backfill({ databaseUrl: server.url, queueUrl: server.url }, async (stack) => {
        for (const windows of [10, 40]) {
          await untilSucceeded(stack, windows);
          await server.restart();
        }
      });
    } finally {
      await server.stop();
    }
  }, 300_000);
});
