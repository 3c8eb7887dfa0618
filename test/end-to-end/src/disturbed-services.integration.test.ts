import {
  createCollectionWindowRepository,
  createRawPayloadRepository,
  type Sql,
} from '@energy-data-service/db';
import type { TimeWindow } from '@energy-data-service/domain';
import { entsoeSource } from '@energy-data-service/entsoe';
import type { StoredAnswer } from '@energy-data-service/queue';
import { type Simulator, startSimulator } from '@energy-data-service/simulator';
import { createTestQueueServer, hasQueueServer, QUEUE_SERVER_KINDS } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { arbitraryDisturbances, startDisturbedServices } from './disturbed-services.ts';
import { type EndState, readEndState } from './end-state.ts';
import { processUntilKilled } from './killed-processor.ts';
import { openDatabase } from './open-database.ts';
import { PROPERTY_TIMEOUT_MS, propertySettings } from './property-runs.ts';
import { processInOrder, undisturbedEndState } from './replay.ts';
import { arbitraryWaves, loadRequest, runWaves } from './waves.ts';

const DAY: TimeWindow = {
  from: Temporal.Instant.from('2024-02-29T23:00:00Z'),
  to: Temporal.Instant.from('2024-03-01T23:00:00Z'),
};

async function countOpenWindows(sql: Sql): Promise<number> {
  const [open] = await sql<{ count: number }[]>`
    select count(*) from collection_window where status in ('pending', 'fetched')`;
  return open?.count ?? 0;
}

/** Asks the simulated platform for a window of load and stores its answer, as the collector does. */
async function receive(sql: Sql, simulator: Simulator, window: TimeWindow): Promise<number> {
  const request = loadRequest(window);
  const { window: _, ...item } = request;
  await createCollectionWindowRepository(sql).createCollection('test', item, [window], 'live');
  const client = entsoeSource.connect({
    securityToken: 'any',
    baseUrl: simulator.url,
    requestsPerMinute: 100,
  });
  try {
    const answer = await client.fetch(request, new AbortController().signal);
    if (answer.kind !== 'answer') throw new Error('a window of days is too large');
    return await createRawPayloadRepository(sql).store(request, answer);
  } finally {
    await client.close();
  }
}

/** Until every window has ended and every answer has been processed. */
async function untilSettled(sql: Sql): Promise<void> {
  await vi.waitFor(
    async () => {
      const [open] = await sql`
        select
          (select count(*) from collection_window where status in ('pending', 'fetched')) as windows,
          (select count(*) from raw_payload where processed_at is null) as answers`;
      expect(open).toEqual({ windows: 0, answers: 0 });
    },
    { timeout: 60_000, interval: 20 },
  );
}

/** All in one snapshot, while others may write. */
async function readEndStateAtOnce(sql: Sql): Promise<EndState> {
  return await sql.begin('isolation level repeatable read', readEndState);
}

describe.each(QUEUE_SERVER_KINDS)('with queues on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind))('the services as processes', () => {
    it.each([
      { title: 'killed at random points of their work', events: ['killed before', 'killed after'] as const },
      { title: 'with the queue emptied at random points of their work', events: ['queue emptied'] as const },
    ])(
      '$title end in the state of the undisturbed run',
      async ({ events }) => {
        await fc.assert(
          fc.asyncProperty(arbitraryWaves, arbitraryDisturbances(events), async (waves, disturbances) => {
            await using scope = new AsyncDisposableStack();
            const simulator = await startSimulator({ requestsPerMinute: 100_000 });
            scope.defer(() => simulator.close());
            const database = scope.use(await openDatabase());
            const queueServer = scope.use(await createTestQueueServer(kind));
            const services = scope.use(
              await startDisturbedServices(
                {
                  databaseUrl: database.url,
                  queueUrl: queueServer.url,
                  sourceUrl: simulator.url,
                  emptyQueues: () => queueServer.empty(),
                  countOpenWindows: () => countOpenWindows(database.sql),
                },
                disturbances,
              ),
            );
            const { sql } = database;
            const work = async () => {
              const model = await runWaves({ sql, simulator }, waves);
              await untilSettled(sql);
              return model;
            };
            const model = await Promise.race([work(), services.broken]);
            const atWork = (await services.happened()).filter(({ openWindows }) => openWindows > 0);
            const disturbed = new Set(atWork.map(({ service }) => service));
            expect([...disturbed]).toEqual(expect.arrayContaining(['collector', 'processor']));
            expect(await model.storedHistory(sql)).toEqual(model.history());
            expect(await model.storedWindows(sql)).toEqual(model.windows());
            expect(await readEndState(sql)).toEqual(await undisturbedEndState(sql));
          }),
          propertySettings(2),
        );
      },
      PROPERTY_TIMEOUT_MS,
    );
  });
});

// What a processor says to the database does not depend on where the queues are; on Redis it starts sooner.
const queues = hasQueueServer('Redis') ? 'Redis' : 'PostgreSQL';

it('a processor killed after each of its pieces to the database in turn stores nothing in part, and all in the end', async () => {
  await using scope = new AsyncDisposableStack();
  const simulator = await startSimulator({ requestsPerMinute: 100_000 });
  scope.defer(() => simulator.close());
  const { sql, url: databaseUrl } = scope.use(await openDatabase());
  const queueServer = scope.use(await createTestQueueServer(queues));
  await receive(sql, simulator, DAY);
  await processInOrder(sql);
  simulator.faults.replace({
    corrections: [{ from: DAY.from.toString(), to: DAY.from.add({ hours: 5 }).toString(), changeByMw: 10 }],
  });
  // Brings new values, corrected ones, and some that are known.
  const twoDays = { from: DAY.from, to: DAY.to.add({ hours: 24 }) };
  const rawPayloadId = await receive(sql, simulator, twoDays);
  const answer: StoredAnswer = { rawPayloadId, request: loadRequest(twoDays), priority: 'live' };
  const before = await readEndState(sql);
  const after = await undisturbedEndState(sql);
  expect(after.revisions).toHaveLength(5);

  let piece = 1;
  while (await processUntilKilled({ databaseUrl, queueServer }, answer, piece)) {
    expect([before, after]).toContainEqual(await readEndStateAtOnce(sql));
    piece += 1;
  }
  expect(await readEndState(sql)).toEqual(after);
  // Those of a connection that begins, and of a transaction that writes into six tables.
  expect(piece).toBeGreaterThan(20);
}, 300_000);
