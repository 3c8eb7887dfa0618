import type { Sql } from '@energy-data-service/db';
import { startSimulator } from '@energy-data-service/simulator';
import { createTestQueueServer, hasQueueServer, QUEUE_SERVER_KINDS } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { arbitraryDisturbances, startDisturbedServices } from './disturbed-services.ts';
import { readEndState } from './end-state.ts';
import { openDatabase } from './open-database.ts';
import { PROPERTY_TIMEOUT_MS, propertySettings } from './property-runs.ts';
import { undisturbedEndState } from './replay.ts';
import { arbitraryWaves, runWaves } from './waves.ts';

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
            expect(services.happened).not.toEqual([]);
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
