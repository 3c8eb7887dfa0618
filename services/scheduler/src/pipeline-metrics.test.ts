import type { PipelineState } from '@energy-data-service/db';
import type { Dataset } from '@energy-data-service/domain';
import type { QueueState } from '@energy-data-service/queue';
import { createLogger } from '@energy-data-service/runtime';
import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { exportPipelineState } from './pipeline-metrics.ts';

const CZ = '10YCZ-CEPS-----N';
const FR = '10YFR-RTE------C';
const at = (text: string) => Temporal.Instant.from(text);

const state: PipelineState = {
  windows: [{ dataset: 'load', status: 'failed', count: 3 }],
  unprocessedPayloads: 4,
  failedPayloads: 5,
  requestsLastMinute: [{ source: 'entsoe', count: 123 }],
  blocks: [{ source: 'entsoe', blockedUntil: at('2026-01-01T00:00:00Z') }],
  cutOffSources: ['toy'],
  lastInstants: [
    { dataset: 'load', area: CZ, counterArea: null, startsAt: at('2026-01-02T00:00:00Z') },
    { dataset: 'flow', area: CZ, counterArea: FR, startsAt: at('2026-01-03T00:00:00Z') },
  ],
  gaps: [{ dataset: 'load', area: CZ, counterArea: null, seconds: 7_200 }],
  // An hour behind.
  now: Temporal.Now.instant().subtract({ hours: 1 }),
  lastRoundAt: at('2026-01-04T00:00:00Z'),
};

const queueState: QueueState = {
  queue: 'collect-entsoe',
  waiting: 10,
  active: 2,
  delayed: 1,
  failed: 0,
  oldestWaitingMs: new Map([['backfill', 90_000]]),
  memory: { usedBytes: 64_000_000, maxBytes: 256_000_000 },
};

function exported(
  readState: () => Promise<PipelineState>,
  look: () => Promise<QueueState>,
  check: () => Promise<void> = async () => undefined,
): { registry: Registry; lines: string[] } {
  const registry = new Registry();
  const lines: string[] = [];
  const log = createLogger('test', 'info', { write: (line) => lines.push(line) });
  const sources = [
    { id: 'entsoe', datasets: [{ id: 'load' } as Dataset] },
    { id: 'toy', datasets: [] },
  ];
  const budgets = new Map([
    ['entsoe', 380],
    ['toy', 10],
  ]);
  exportPipelineState(registry, { readState, queues: [{ look, check }], sources, budgets, log });
  return { registry, lines };
}

describe('the exported state of the pipeline', () => {
  it('tells where queues, windows, answers, sources, series, gaps and rounds stand', async () => {
    const { registry } = exported(
      async () => state,
      async () => queueState,
    );
    const samples = (await registry.metrics()).split('\n').filter((line) => /^[a-z]/.test(line));
    expect(samples).toEqual([
      'energy_data_pipeline_state_up{part="database"} 1',
      'energy_data_pipeline_state_up{part="queue"} 1',
      'energy_data_queue_jobs{queue="collect-entsoe",state="waiting"} 10',
      'energy_data_queue_jobs{queue="collect-entsoe",state="active"} 2',
      'energy_data_queue_jobs{queue="collect-entsoe",state="delayed"} 1',
      'energy_data_queue_jobs{queue="collect-entsoe",state="failed"} 0',
      'energy_data_queue_oldest_waiting_job_age_seconds{queue="collect-entsoe",priority="backfill"} 90',
      'energy_data_queue_memory_used_bytes 64000000',
      'energy_data_queue_memory_max_bytes 256000000',
      'energy_data_windows{dataset="load",status="pending"} 0',
      'energy_data_windows{dataset="load",status="paused"} 0',
      'energy_data_windows{dataset="load",status="fetched"} 0',
      'energy_data_windows{dataset="load",status="succeeded"} 0',
      'energy_data_windows{dataset="load",status="failed"} 3',
      'energy_data_windows{dataset="load",status="split"} 0',
      'energy_data_raw_payloads_unprocessed 4',
      'energy_data_raw_payloads_failed 5',
      'energy_data_source_budget_left_requests{source="entsoe"} 257',
      'energy_data_source_budget_left_requests{source="toy"} 10',
      'energy_data_source_blocked_until_timestamp_seconds{source="entsoe"} 1767225600',
      'energy_data_source_blocked_until_timestamp_seconds{source="toy"} 0',
      'energy_data_source_cut_off{source="entsoe"} 0',
      'energy_data_source_cut_off{source="toy"} 1',
      'energy_data_series_last_instant_timestamp_seconds{dataset="load",area="CZ",counter_area=""} 1767312000',
      'energy_data_series_last_instant_timestamp_seconds{dataset="flow",area="CZ",counter_area="FR"} 1767398400',
      'energy_data_coverage_gap_seconds{dataset="load",area="CZ",counter_area=""} 7200',
      expect.stringMatching(/^energy_data_clock_ahead_of_database_seconds 3[67]\d\d(\.\d+)?$/),
      'energy_data_scheduler_last_round_timestamp_seconds 1767484800',
    ]);
  });

  it.each([
    ['no memory of a queue that is on disk', null, []],
    [
      'no limit of a memory that has none',
      { usedBytes: 64_000_000, maxBytes: null },
      ['energy_data_queue_memory_used_bytes 64000000'],
    ],
  ])('tells %s', async (_, memory, expected) => {
    const { registry } = exported(
      async () => state,
      async () => ({ ...queueState, memory }),
    );
    const lines = (await registry.metrics()).split('\n');
    expect(lines.filter((line) => line.startsWith('energy_data_queue_memory'))).toEqual(expected);
  });

  it('has no budget left, and never less, once all that may be sent was answered', async () => {
    const requestsLastMinute = [
      { source: 'entsoe', count: 381 },
      { source: 'toy', count: 10 },
    ];
    const { registry } = exported(
      async () => ({ ...state, requestsLastMinute }),
      async () => queueState,
    );
    const text = await registry.metrics();
    expect(text).toContain('energy_data_source_budget_left_requests{source="entsoe"} 0\n');
    expect(text).toContain('energy_data_source_budget_left_requests{source="toy"} 0\n');
  });

  it('is read once for scrapes that follow each other closely', async () => {
    const readState = vi.fn(async () => state);
    const look = vi.fn(async () => queueState);
    const { registry } = exported(readState, look);
    await Promise.all([registry.metrics(), registry.metrics()]);
    await registry.metrics();
    expect([readState.mock.calls.length, look.mock.calls.length]).toEqual([1, 1]);
  });

  it('leaves out what the queue knows while it is away, says so, and goes on with the rest', async () => {
    const { registry, lines } = exported(
      async () => state,
      () => Promise.reject(new Error('connection refused')),
    );
    const text = await registry.metrics();
    expect(text).toContain('energy_data_pipeline_state_up{part="queue"} 0');
    expect(text).not.toContain('energy_data_queue_jobs{');
    expect(text).toContain('energy_data_raw_payloads_unprocessed 4');
    expect(lines).toHaveLength(1);
  });

  it('says of a queue that takes no job that it is not up, and shows what fills it, as Redis can', async () => {
    const { registry } = exported(
      async () => state,
      async () => queueState,
      () => Promise.reject(new Error('MISCONF Errors writing to the AOF file')),
    );
    const text = await registry.metrics();
    expect(text).toContain('energy_data_pipeline_state_up{part="queue"} 0');
    expect(text).toContain('energy_data_queue_jobs{queue="collect-entsoe",state="waiting"} 10');
    expect(text).toContain('energy_data_queue_memory_used_bytes 64000000');
  });

  it('leaves out what the database knows while it is away, numbers of before included', async () => {
    const { registry } = exported(
      () => Promise.reject(new Error('connection refused')),
      async () => queueState,
    );
    const text = await registry.metrics();
    expect(text).toContain('energy_data_pipeline_state_up{part="database"} 0');
    expect(text).not.toMatch(/^energy_data_(windows|raw_payloads|source|series|coverage|scheduler)/m);
    expect(text).toContain('energy_data_queue_jobs{queue="collect-entsoe",state="waiting"} 10');
  });
});
