import { type PipelineState, queryFailureFields } from '@energy-data-service/db';
import { findArea, type Source } from '@energy-data-service/domain';
import type { QueueMemory, QueueMonitor, QueueState } from '@energy-data-service/queue';
import { type Logger, withinTime } from '@energy-data-service/runtime';
import { Gauge, type Registry } from 'prom-client';
import { keptReading } from './kept-reading.ts';

/** However many look, and however often, database and queue are read once in so long. */
const READ_EVERY_MS = 5_000;
/** Below the time for which Prometheus waits for an answer (10 s by default). */
const READ_TIMEOUT_MS = 5_000;

const WINDOW_STATUSES = [
  'pending',
  'paused',
  'fetched',
  'succeeded',
  'failed',
  'split',
] as const satisfies readonly PipelineState['windows'][number]['status'][];

interface Dependencies {
  readonly readState: () => Promise<PipelineState>;
  readonly queues: readonly Pick<QueueMonitor, 'check' | 'look'>[];
  readonly sources: readonly Pick<Source, 'id' | 'datasets'>[];
  /** Requests per minute, by source id. */
  readonly budgets: ReadonlyMap<string, number>;
  readonly log: Logger;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/**
 * Exports, whenever somebody scrapes, where the work of all services stands. Every replica of the scheduler tells the same.
 * What cannot be read is left out, and `energy_data_pipeline_state_up` says so.
 */
export function exportPipelineState(
  registry: Registry,
  { readState, queues, sources, budgets, log }: Dependencies,
): void {
  function reading<T>(part: string, read: () => Promise<T>): () => Promise<T | null> {
    return keptReading(READ_EVERY_MS, async () => {
      try {
        return await withinTime(READ_TIMEOUT_MS, read);
      } catch (err) {
        log.warn({ ...queryFailureFields(err), part }, 'state for metrics cannot be read');
        return null;
      }
    });
  }
  const database = reading('database', async () => {
    const state = await readState();
    return { ...state, clockAheadMs: Temporal.Now.instant().since(state.now).total('milliseconds') };
  });
  const queue = reading('queue', () => Promise.all(queues.map((monitor) => monitor.look())));
  // Redis can be looked at also while its disk or its memory is full: what fills it must stay visible.
  const queueWrites = reading('queue', () => Promise.all(queues.map((monitor) => monitor.check())));

  function gauge<T>(
    [name, help, ...labelNames]: readonly [name: string, help: string, ...labelNames: string[]],
    read: () => Promise<T | null>,
    samples: (state: T) => readonly Sample[],
  ): void {
    new Gauge({
      name: `energy_data_${name}`,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const state = await read();
        this.reset();
        // A gauge without labels is reset to 0.
        if (labelNames.length === 0) this.remove();
        if (state === null) return;
        for (const [labels, value] of samples(state)) this.set(labels, value);
      },
    });
  }

  new Gauge({
    name: 'energy_data_pipeline_state_up',
    help: 'Whether it answered for the metrics below, and takes jobs: 1, or else 0',
    labelNames: ['part'],
    registers: [registry],
    async collect() {
      this.set({ part: 'database' }, (await database()) === null ? 0 : 1);
      const isQueueUp = (await queue()) !== null && (await queueWrites()) !== null;
      this.set({ part: 'queue' }, isQueueUp ? 1 : 0);
    },
  });

  gauge(['queue_jobs', 'Jobs of a queue by state', 'queue', 'state'], queue, (states) =>
    states.flatMap(jobSamples),
  );
  gauge(
    [
      'queue_oldest_waiting_job_age_seconds',
      'Time since the oldest waiting job was added; absent where none waits',
      'queue',
      'priority',
    ],
    queue,
    (states) =>
      states.flatMap(({ queue: name, oldestWaitingMs }) =>
        [...oldestWaitingMs].map(([priority, ms]): Sample => [{ queue: name, priority }, ms / 1_000]),
      ),
  );
  gauge(
    ['queue_memory_used_bytes', 'Memory that Redis uses, which holds all queues; absent on PostgreSQL'],
    queue,
    memorySamples('usedBytes'),
  );
  gauge(
    [
      'queue_memory_max_bytes',
      'Memory beyond which Redis takes no job any more (its maxmemory); absent without a limit, and on PostgreSQL',
    ],
    queue,
    memorySamples('maxBytes'),
  );
  gauge(
    [
      'windows',
      'Windows by status: open ones at present (pending, paused, fetched), ended ones of the last 24 hours',
      'dataset',
      'status',
    ],
    database,
    ({ windows }) => [
      // None is a number too.
      ...sources.flatMap(({ datasets }) =>
        datasets.flatMap(({ id: dataset }) =>
          WINDOW_STATUSES.map((status): Sample => [{ dataset, status }, 0]),
        ),
      ),
      ...windows.map(({ dataset, status, count }): Sample => [{ dataset, status }, count]),
    ],
  );
  gauge(['raw_payloads_unprocessed', 'Answers that nobody has processed yet'], database, (state) => [
    [{}, state.unprocessedPayloads],
  ]);
  gauge(
    [
      'raw_payloads_failed',
      'Answers that could not be decoded, without those that a processed answer to the same request has followed',
    ],
    database,
    (state) => [[{}, state.failedPayloads]],
  );
  gauge(
    [
      'source_budget_left_requests',
      'Requests that may still be sent to a source, beside those that ended within the last minute or are under way',
      'source',
    ],
    database,
    ({ requestsLastMinute }) =>
      [...budgets].map(([id, requestsPerMinute]) => {
        const used = requestsLastMinute.find(({ source }) => source === id)?.count ?? 0;
        return [{ source: id }, Math.max(0, requestsPerMinute - used)];
      }),
  );
  gauge(
    [
      'source_blocked_until_timestamp_seconds',
      'Until when a source may not be asked: a ban, refused credentials; past or 0 if it may',
      'source',
    ],
    database,
    ({ blocks }) =>
      sources.map(({ id }) => {
        const block = blocks.find(({ source }) => source === id);
        return [{ source: id }, block === undefined ? 0 : inSeconds(block.blockedUntil)];
      }),
  );
  gauge(
    [
      'source_cut_off',
      'Whether a source fails request after request and only one at a time is tried',
      'source',
    ],
    database,
    ({ cutOffSources }) => sources.map(({ id }) => [{ source: id }, cutOffSources.includes(id) ? 1 : 0]),
  );
  gauge(
    [
      'series_last_instant_timestamp_seconds',
      'Start of the last stored point of a dataset and an area, or the border to another',
      'dataset',
      'area',
      'counter_area',
    ],
    database,
    ({ lastInstants }) => lastInstants.map((item) => [itemLabels(item), inSeconds(item.startsAt)]),
  );
  gauge(
    [
      'coverage_gap_seconds',
      'Time of a dataset and an area, or the border to another, that is wanted, past, and was never answered',
      'dataset',
      'area',
      'counter_area',
    ],
    database,
    ({ gaps }) => gaps.map((item) => [itemLabels(item), item.seconds]),
  );
  gauge(
    [
      'clock_ahead_of_database_seconds',
      'By how much the clock of the scheduler is ahead of that of the database',
    ],
    database,
    ({ clockAheadMs }) => [[{}, clockAheadMs / 1_000]],
  );
  gauge(
    ['scheduler_last_round_timestamp_seconds', 'When any scheduler last completed a round'],
    database,
    ({ lastRoundAt }) => (lastRoundAt === null ? [] : [[{}, inSeconds(lastRoundAt)]]),
  );
}

function jobSamples({ queue, waiting, active, delayed, failed }: QueueState): Sample[] {
  return Object.entries({ waiting, active, delayed, failed }).map(([state, count]) => [
    { queue, state },
    count,
  ]);
}

/** Every queue tells the same of the server that they share. */
function memorySamples(field: keyof QueueMemory) {
  return ([state]: readonly QueueState[]): Sample[] => {
    const bytes = state?.memory?.[field] ?? null;
    return bytes === null ? [] : [[{}, bytes]];
  };
}

/** Prometheus takes an empty label for one that is not there. */
function itemLabels(item: { dataset: string; area: string; counterArea: string | null }) {
  const { dataset, area, counterArea } = item;
  return { dataset, area: areaCode(area), counter_area: counterArea === null ? '' : areaCode(counterArea) };
}

function areaCode(eic: string): string {
  return findArea(eic)?.code ?? eic;
}

function inSeconds(instant: Temporal.Instant): number {
  return instant.epochMilliseconds / 1_000;
}
