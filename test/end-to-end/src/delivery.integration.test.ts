import { startCollector } from '@energy-data-service/collector';
import type { Sql } from '@energy-data-service/db';
import type { TimeWindow } from '@energy-data-service/domain';
import { entsoeSource } from '@energy-data-service/entsoe';
import { startProcessor } from '@energy-data-service/processor';
import {
  type CollectJob,
  collectQueueName,
  createQueueBackend,
  type QueueBackend,
  RAW_PAYLOAD_QUEUE,
  type RawPayloadJob,
} from '@energy-data-service/queue';
import { type CloseStep, createLogger, runCloseSteps } from '@energy-data-service/runtime';
import { startScheduler } from '@energy-data-service/scheduler';
import { startSimulator } from '@energy-data-service/simulator';
import {
  createTestQueueServer,
  hasQueueServer,
  QUEUE_SERVER_KINDS,
  type QueueServerKind,
} from '@energy-data-service/test-support';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readEndState } from './end-state.ts';
import type { HistoryModel } from './history-model.ts';
import { openDatabase } from './open-database.ts';
import { PROPERTY_TIMEOUT_MS, propertySettings } from './property-runs.ts';
import { copyAnswers, undisturbedEndState } from './replay.ts';
import { arbitraryWaves, loadRequest, runWaves, type Wave } from './waves.ts';

const WAIT = { timeout: 60_000, interval: 20 };
/** A busy machine is no reason to give a window up. */
const ATTEMPTS = 50;
const log = createLogger('test', 'error', { write: () => undefined });

/**
 * How the jobs of stored answers reach the processors; answers are named by their place, modulo their number.
 */
interface Delivery {
  /** Puts the answers into another order: the one with the least key goes first. */
  readonly keys: readonly number[];
  /** Delivered a second time, beside the first. */
  readonly twice: readonly number[];
  /** Held back until all others were processed. */
  readonly late: readonly number[];
  readonly processors: number;
}

const MOST_ANSWERS = 64;
const someAnswers = fc.array(fc.nat(MOST_ANSWERS - 1), { maxLength: 6 });
const arbitraryDelivery: fc.Arbitrary<Delivery> = fc.record({
  keys: fc.array(fc.nat(1_000), { minLength: MOST_ANSWERS, maxLength: MOST_ANSWERS }),
  twice: someAnswers,
  late: someAnswers,
  processors: fc.integer({ min: 1, max: 3 }),
});

describe.each(QUEUE_SERVER_KINDS)('with queues on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind))('any delivery of the same jobs', () => {
    it(
      'twice, late and out of order, ends in the state of the undisturbed run',
      async () => {
        await fc.assert(
          fc.asyncProperty(arbitraryWaves, arbitraryDelivery, async (waves, delivery) => {
            await using collected = await openDatabase();
            const model = await collectTwice(kind, collected.sql, waves);
            const undisturbed = await undisturbedEndState(collected.sql);
            await using disturbed = await openDatabase();
            await copyAnswers(collected.sql, disturbed.sql);
            await deliver(kind, disturbed.sql, delivery);
            expect(await readEndState(disturbed.sql)).toEqual(undisturbed);
            expect(await model.storedHistory(disturbed.sql)).toEqual(model.history());
            expect(await model.storedWindows(disturbed.sql)).toEqual(model.windows());
          }),
          propertySettings(3),
        );
      },
      PROPERTY_TIMEOUT_MS,
    );
  });
});

/**
 * Collects the answers of all waves and processes none. Every collect job comes twice, and once more during
 * the next wave.
 */
async function collectTwice(kind: QueueServerKind, sql: Sql, waves: readonly Wave[]): Promise<HistoryModel> {
  await using scope = new AsyncDisposableStack();
  const simulator = await startSimulator({ requestsPerMinute: 100_000 });
  scope.defer(() => simulator.close());
  const queueServer = scope.use(await createTestQueueServer(kind));
  const queueBackend = createQueueBackend(queueServer.url, log);
  const settings = { securityToken: 'any', baseUrl: simulator.url, requestsPerMinute: 6_000 };
  const sources = [{ source: entsoeSource, settings }];
  const steps: CloseStep[] = [
    ...(await startScheduler({
      sql,
      queueBackend,
      sources: [entsoeSource],
      budgets: new Map(),
      datasets: [],
      areas: [],
      log,
    })),
    ...startCollector({ sql, queueBackend, sources, concurrency: 4, log }),
  ];
  scope.defer(() => close(steps));
  const queue = queueBackend.createQueue<CollectJob>(collectQueueName(entsoeSource.id));
  scope.defer(() => queue.close());
  let previous: readonly TimeWindow[] = [];
  return await runWaves({ sql, simulator }, waves, {
    async onOpened({ asked }) {
      // Without the key that would drop them as long as their twins wait.
      await queue.addBulk(
        [...asked, ...asked, ...previous].map((window) => ({
          name: 'twin',
          data: collectJob(window),
          opts: { attempts: ATTEMPTS },
        })),
      );
      previous = asked;
    },
    onAnswered: () => untilFinished(queue),
  });
}

function collectJob(window: TimeWindow): CollectJob {
  const { source, dataset, area, counterArea } = loadRequest(window);
  return { source, dataset, area, counterArea, from: window.from.toString(), to: window.to.toString() };
}

/**
 * Brings the stored answers to processors through a queue, as the delivery says, until all have been
 * processed.
 */
async function deliver(kind: QueueServerKind, sql: Sql, delivery: Delivery): Promise<void> {
  await using scope = new AsyncDisposableStack();
  const queueServer = scope.use(await createTestQueueServer(kind));
  const queueBackend = createQueueBackend(queueServer.url, log);
  const queue = queueBackend.createQueue<RawPayloadJob>(RAW_PAYLOAD_QUEUE);
  scope.defer(() => queue.close());
  for (let i = 0; i < delivery.processors; i++) {
    const steps = startProcessor({ sql, queueBackend, sources: [entsoeSource], concurrency: 2, log });
    scope.defer(() => close(steps));
  }
  const rows = await sql<{ id: number }[]>`select id from raw_payload order by received_at`;
  const answers = rows.map(({ id }) => id);
  expect(answers.length).toBeGreaterThan(1);
  const named = (places: readonly number[]) => places.map((place) => answers[place % answers.length] ?? 0);
  const late = named(delivery.late);
  const punctual = answers
    .map((id, i) => ({ id, key: delivery.keys[i] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ id }) => id)
    .filter((id) => !late.includes(id));
  const twice = named(delivery.twice);
  for (const ids of [
    punctual.flatMap((id) => (twice.includes(id) ? [id, id] : [id])),
    late,
    answers.slice(0, 4),
  ]) {
    await queue.addBulk(
      ids.map((rawPayloadId) => ({
        name: 'delivered',
        data: { rawPayloadId },
        opts: { attempts: ATTEMPTS },
      })),
    );
    await untilFinished(queue);
  }
  expect(await queue.getFailed()).toEqual([]);
}

async function untilFinished(queue: ReturnType<QueueBackend['createQueue']>): Promise<void> {
  await vi.waitFor(async () => {
    const open = await queue.getJobCounts('active', 'delayed', 'prioritized', 'waiting');
    expect(Object.values(open).every((count) => count === 0)).toBe(true);
  }, WAIT);
}

async function close(steps: readonly CloseStep[]): Promise<void> {
  expect(await runCloseSteps(steps, log)).toBe(true);
}
