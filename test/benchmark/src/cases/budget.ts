import { setTimeout as delay } from 'node:timers/promises';
import { type CollectionWindowRepository, createCollectionWindowRepository } from '@energy-data-service/db';
import { type CollectRequest, type Priority, splitWindow } from '@energy-data-service/domain';
import { type Simulator, startSimulator } from '@energy-data-service/simulator';
import type { BenchmarkCase } from '../benchmark-case.ts';
import { atLeast, atMost, toResult } from '../result.ts';
import { startServiceProcess } from '../service-process.ts';

const COLLECTORS = 20;
const PROCESSORS = 2;
/** What the services may send in a minute; the simulator bans a token that sends more than 400. */
const BUDGET = 380;
const OBSERVED_MS = 60_000;
const LIVE_WINDOWS = 15;
/** What a backfill may add to the time until a live window is asked for. */
const ADDED_DELAY_MS = 2_000;
const LOOK_EVERY_MS = 5;

/** History of one area, and live data of another. */
const BACKFILL_AREA = '10YCZ-CEPS-----N';
const LIVE_AREA = '10YFR-RTE------C';
const HISTORY_STARTS = Temporal.Instant.from('2018-01-01T00:00:00Z');

/**
 * Twenty collectors that share one budget against the simulator's limit: how much of it a backfill uses, and how long a
 * live window waits for its request meanwhile. Fails when a single request is refused.
 */
export const budget: BenchmarkCase = {
  name: 'budget',
  expensive: true,
  async run({ databases, progress }) {
    await using database = await databases.createDatabase();
    await using services = new AsyncDisposableStack();
    const simulator = await startSimulator();
    services.defer(() => simulator.close());
    const env = {
      DATABASE_URL: database.url,
      QUEUE_URL: process.env.BENCH_QUEUE_URL ?? database.url,
      ENTSOE_BASE_URL: simulator.url,
      ENTSOE_SECURITY_TOKEN: 'of-this-benchmark',
      ENTSOE_REQUESTS_PER_MINUTE: String(BUDGET),
      COLLECT_AREAS: 'none',
      LOG_LEVEL: 'warn',
    };
    for (const [name, count] of [
      ['scheduler', 1],
      ['processor', PROCESSORS],
      ['collector', COLLECTORS],
    ] as const) {
      for (let i = 0; i < count; i++) services.use(startServiceProcess(name, env));
    }
    const windows = createCollectionWindowRepository(database.connect(2));

    progress(`budget: ${COLLECTORS} collectors start`);
    await askFor(windows, windowsOf(BACKFILL_AREA, 0, COLLECTORS * 3), 'backfill');
    await untilRequests(simulator, COLLECTORS * 3);
    const idleMs = await liveDelays(windows, simulator, 0);

    progress('budget: a backfill runs, for a minute');
    await askFor(windows, windowsOf(BACKFILL_AREA, 100, 800), 'backfill');
    await untilRequests(simulator, simulator.requests.length + BUDGET / 10);
    const from = Temporal.Now.instant();
    const busyMs = await liveDelays(windows, simulator, 100);
    await delay(OBSERVED_MS - from.until(Temporal.Now.instant()).total('milliseconds'));
    const requests = countRequests(simulator, from, from.add({ milliseconds: OBSERVED_MS }));

    const refused = simulator.requests.filter(({ status }) => status === 429);
    if (refused.length > 0)
      throw new Error(`${refused.length} requests were refused: the budget was overdrawn`);
    return [
      toResult({
        name: 'budget',
        unit: 'requests/min',
        value: requests,
        reference: BUDGET,
        target: atLeast(0.9),
      }),
      toResult({
        name: 'budget-live-delay',
        unit: 'ms',
        value: Math.max(...busyMs),
        reference: median(idleMs) + ADDED_DELAY_MS,
        target: atMost(1),
      }),
    ];
  },
};

/** Days of history, each in a window of its own. */
function windowsOf(area: string, firstDay: number, days: number): CollectRequest[] {
  const from = HISTORY_STARTS.add({ hours: 24 * firstDay });
  return splitWindow({ from, to: from.add({ hours: 24 * days }) }, 1).map((window) => ({
    source: 'entsoe',
    dataset: 'actual-total-load',
    area,
    counterArea: null,
    window,
  }));
}

async function askFor(
  windows: CollectionWindowRepository,
  requests: readonly CollectRequest[],
  priority: Priority,
): Promise<void> {
  const [first] = requests;
  if (first === undefined) return;
  const { window: _, ...item } = first;
  await windows.createCollection(
    'benchmark',
    item,
    requests.map(({ window }) => window),
    priority,
  );
}

async function untilRequests({ requests }: Simulator, count: number): Promise<void> {
  while (requests.length < count) await delay(LOOK_EVERY_MS);
}

/** For each of some live windows, one after the other: from when it is wanted until it is asked for. */
async function liveDelays(
  windows: CollectionWindowRepository,
  { requests }: Simulator,
  firstDay: number,
): Promise<number[]> {
  const delaysMs: number[] = [];
  for (const request of windowsOf(LIVE_AREA, firstDay, LIVE_WINDOWS)) {
    const seen = requests.length;
    const wantedAt = performance.now();
    await askFor(windows, [request], 'live');
    while (!requests.slice(seen).some(({ parameters }) => Object.values(parameters).includes(LIVE_AREA))) {
      await delay(LOOK_EVERY_MS);
    }
    delaysMs.push(performance.now() - wantedAt);
    // Anywhere in a span of the budget, and not always at its beginning.
    await delay(Math.random() * 2_000);
  }
  return delaysMs;
}

function countRequests({ requests }: Simulator, from: Temporal.Instant, to: Temporal.Instant): number {
  return requests.filter(
    ({ at }) => Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, to) < 0,
  ).length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
