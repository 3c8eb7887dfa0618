import { startCollector } from '@energy-data-service/collector';
import { connect, createCollectionWindowRepository } from '@energy-data-service/db';
import { splitWindow } from '@energy-data-service/domain';
import { entsoeSource } from '@energy-data-service/entsoe';
import { collectQueueName, createQueueMonitor } from '@energy-data-service/queue';
import { createLogger, runCloseSteps } from '@energy-data-service/runtime';
import { hasQueueServer } from '@energy-data-service/test-support';
import { describe, expect, it, vi } from 'vitest';
import { type SimulatorProcess, startSimulatorProcess } from './simulator-process.ts';
import { type Stack, startStack } from './stack.ts';
import { loadRequest } from './waves.ts';

/** The default; the simulator bans a token that sends more than 400 requests in 60 seconds. */
const BUDGET = 380;

/** Beside the one of the stack, with its four requests at a time. */
const MORE_COLLECTORS = 2;
const CONCURRENCY = 22;
const MOST_AT_A_TIME = 4 + MORE_COLLECTORS * CONCURRENCY;

/** Three years, a day a window: more than can be asked for in the minutes that this takes. */
const DAYS = splitWindow(
  { from: Temporal.Instant.from('2021-12-31T23:00Z'), to: Temporal.Instant.from('2024-12-31T23:00Z') },
  1,
);

interface Collecting {
  readonly stack: Stack;
  readonly simulator: SimulatorProcess;
  /** Until as many jobs are under way as the collectors take at a time: no more can pile up. */
  untilNoneMoves(): Promise<void>;
}

/** Stops something while a backfill is collected, sets it going again, and collects for more than a minute. */
async function expectNoRefusal(stall: (collecting: Collecting) => Promise<void>): Promise<void> {
  await using scope = new AsyncDisposableStack();
  const simulator = scope.use(await startSimulatorProcess());
  const settings = { securityToken: 'any', baseUrl: simulator.url, requestsPerMinute: BUDGET };
  const sources = [{ source: entsoeSource, settings }];
  const stack = scope.use(
    await startStack({ queue: hasQueueServer('Redis') ? 'Redis' : 'PostgreSQL', sources }),
  );
  const { queueBackend } = stack;
  const log = createLogger('test', 'error');
  for (let i = 0; i < MORE_COLLECTORS; i++) {
    const sql = connect(stack.databaseUrl, { max: 3 });
    scope.defer(() => sql.end());
    const steps = startCollector({ sql, queueBackend, sources, concurrency: CONCURRENCY, log });
    scope.defer(async () => void (await runCloseSteps(steps, log)));
  }
  const monitor = createQueueMonitor(queueBackend, collectQueueName('entsoe'));
  scope.defer(() => monitor.close());

  const { window: _, ...item } = loadRequest(DAYS[0] as (typeof DAYS)[number]);
  await createCollectionWindowRepository(stack.sql).createCollection('test', item, DAYS, 'backfill');
  await untilRequests(simulator, 50);
  await stall({
    stack,
    simulator,
    untilNoneMoves: () =>
      vi.waitFor(async () => expect((await monitor.look()).active).toBe(MOST_AT_A_TIME), {
        timeout: 60_000,
        interval: 50,
      }),
  });
  const asked = (await simulator.readRequests()).length;
  await untilRequests(simulator, asked + 450);
  expect(mostInAMinute((await simulator.readRequests()).map(({ at }) => at))).toBeLessThan(400);
}

async function untilRequests(simulator: SimulatorProcess, count: number): Promise<void> {
  const requests = await vi.waitUntil(
    async () => {
      const seen = await simulator.readRequests();
      return (seen.length >= count || seen.some(({ status }) => status === 429)) && seen;
    },
    { timeout: 300_000, interval: 200 },
  );
  expect(requests.filter(({ status }) => status === 429)).toEqual([]);
}

function mostInAMinute(instants: readonly Temporal.Instant[]): number {
  const ms = instants.map(({ epochMilliseconds }) => epochMilliseconds);
  return Math.max(...ms.map((from) => ms.filter((at) => at >= from && at < from + 60_000).length));
}

describe.concurrent('jobs that were started and could not go on', { timeout: 600_000 }, () => {
  it('do not overdraw the budget when the database goes on', () =>
    expectNoRefusal(({ stack, untilNoneMoves }) =>
      stack.sql.begin(async (transaction) => {
        await transaction`lock table source_circuit in access exclusive mode`;
        await untilNoneMoves();
      }),
    ));

  it('do not overdraw the budget when the platform goes on', () =>
    expectNoRefusal(async ({ simulator, untilNoneMoves }) => {
      simulator.signal('SIGSTOP');
      await untilNoneMoves();
      simulator.signal('SIGCONT');
    }));

  it('do not overdraw the budget when the platform sees at last what nobody waits for any more', () =>
    expectNoRefusal(async ({ stack, simulator, untilNoneMoves }) => {
      simulator.signal('SIGSTOP');
      await untilNoneMoves();
      await vi.waitFor(
        async () => {
          const failed = await stack.sql`select from collection_window where error is not null`;
          expect(failed.length).toBeGreaterThanOrEqual(MOST_AT_A_TIME);
        },
        { timeout: 120_000, interval: 200 },
      );
      simulator.signal('SIGCONT');
    }));
});
