import { type CollectRequest, type Source, TransientError } from '@energy-data-service/domain';
import { type EntsoeSettings, entsoeSource } from '@energy-data-service/entsoe';
import { type Simulator, startSimulator } from '@energy-data-service/simulator';
import { hasQueueServer, QUEUE_SERVER_KINDS } from '@energy-data-service/test-support';
import { describe, expect, it, vi } from 'vitest';
import { expectUndisturbedQuarter, QUARTER_DAYS } from './published-quarter.ts';
import { type Stack, startStack } from './stack.ts';

const FRANCE = '10YFR-RTE------C';

/** What a stack may have asked before it knew: five failures in a row, and what was under way beside them. */
const BEFORE_CUT_OFF = 5 + 4;

async function withStack(
  kind: (typeof QUEUE_SERVER_KINDS)[number],
  test: (stack: Stack, simulator: Simulator) => Promise<void>,
  source: Source<EntsoeSettings> = entsoeSource,
): Promise<void> {
  const simulator = await startSimulator({ requestsPerMinute: 100_000 });
  try {
    const settings = { securityToken: 'any', baseUrl: simulator.url, requestsPerMinute: 6_000 };
    await using stack = await startStack({ queue: kind, sources: [{ source, settings }] });
    await test(stack, simulator);
  } finally {
    await simulator.close();
  }
}

function countLogged({ logged }: Stack, text: string): number {
  return logged.filter((line) => line.includes(text)).length;
}

describe.each(QUEUE_SERVER_KINDS)('with queues on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind))('a source that is cut off', () => {
    it(
      'gives one alert and a few tries, however many windows wait, and all of them in the end',
      () =>
        withStack(kind, async (stack, simulator) => {
          simulator.faults.inject({ fault: 'reset' });
          await stack.collect(...QUARTER_DAYS);
          // As long as three tries, each after a longer pause.
          await vi.waitFor(
            async () => {
              const [circuit] = await stack.sql<{ failures: number }[]>`select failures from source_circuit`;
              expect(circuit?.failures).toBeGreaterThanOrEqual(8);
            },
            { timeout: 40_000, interval: 50 },
          );
          expect(simulator.requests.length).toBeLessThan(BEFORE_CUT_OFF + 3 + 3);
          expect(countLogged(stack, 'source is cut off, one request')).toBe(1);
          simulator.faults.clear();
          await stack.settle();
          await expectUndisturbedQuarter(stack, simulator);
          expect(countLogged(stack, 'source is cut off, one request')).toBe(1);
          expect(countLogged(stack, 'source answers again')).toBe(1);
        }),
      120_000,
    );
  });
});

const FRENCH_DAYS = QUARTER_DAYS.map((request) => ({ ...request, area: FRANCE }));
const FIRST_DAYS = QUARTER_DAYS.slice(0, 30);

it.each([
  { title: 'an area that is never answered', broken: FRENCH_DAYS, answered: QUARTER_DAYS },
  { title: 'a month that is never answered', broken: FIRST_DAYS, answered: QUARTER_DAYS.slice(30) },
])(
  '$title does not keep the rest from being asked for, though it comes first',
  ({ broken, answered }) => {
    const isBroken = ({ area, window }: CollectRequest) =>
      broken.some((other) => other.area === area && other.window.from.equals(window.from));
    const source: Source<EntsoeSettings> = {
      ...entsoeSource,
      connect(settings) {
        const client = entsoeSource.connect(settings);
        return {
          ...client,
          fetch: (request, signal) =>
            isBroken(request)
              ? Promise.reject(new TransientError('source is out of order', { area: request.area }))
              : client.fetch(request, signal),
        };
      },
    };
    return withStack(
      'PostgreSQL',
      async (stack) => {
        await stack.collect(...broken, ...answered);
        await vi.waitFor(
          async () => {
            const succeeded = await stack.sql`select from collection_window where status = 'succeeded'`;
            expect(succeeded).toHaveLength(answered.length);
          },
          { timeout: 90_000, interval: 100 },
        );
      },
      source,
    );
  },
  120_000,
);

it(
  'a source that is in maintenance, then not found, then back is caught up with',
  () =>
    withStack(hasQueueServer('Redis') ? 'Redis' : 'PostgreSQL', async (stack, simulator) => {
      simulator.faults.inject({ fault: 'maintenance' });
      await stack.collect(...QUARTER_DAYS);
      await vi.waitFor(() => expect(countLogged(stack, 'queue paused')).toBeGreaterThan(0), {
        timeout: 20_000,
      });
      simulator.faults.clear();
      simulator.faults.inject({ fault: 'not-found' });
      // It is asked again a minute after it said that it is in maintenance.
      await vi.waitFor(() => expect(countLogged(stack, 'source is cut off, one request')).toBe(1), {
        timeout: 90_000,
        interval: 100,
      });
      expect(simulator.requests.length).toBeLessThan(4 + BEFORE_CUT_OFF + 3);
      simulator.faults.clear();
      await stack.settle();
      await expectUndisturbedQuarter(stack, simulator);
    }),
  180_000,
);
