import { PRIORITIES } from '@energy-data-service/domain';
import type { Job } from 'bullmq';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/**
 * How an attempt at a job ended: `completed`; `retried`, it failed and comes again; `failed` for good; `throttled`, the
 * source wants silence; `released`, the worker closes.
 */
export const ATTEMPT_OUTCOMES = ['completed', 'retried', 'failed', 'throttled', 'released'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export type JobMetrics = ReturnType<typeof createJobMetrics>;

/** Metrics of the jobs that this process runs. */
export function createJobMetrics(registry: Registry) {
  const registers = [registry];
  const attempts = new Counter({
    name: 'energy_data_job_attempts_total',
    help: 'Attempts at jobs by how they ended',
    labelNames: ['queue', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'energy_data_job_duration_seconds',
    help: 'Time from the start of an attempt at a job to its end',
    labelNames: ['queue'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  });
  const isDatabaseFull = new Map<string, () => boolean>();
  new Gauge({
    name: 'energy_data_database_full',
    help: 'Whether an attempt at a job has found no room in the database within the last minute: 1, or else 0',
    labelNames: ['queue'],
    registers,
    collect() {
      for (const [queue, isFull] of isDatabaseFull) this.set({ queue }, isFull() ? 1 : 0);
    },
  });
  const wait = new Histogram({
    name: 'energy_data_job_wait_seconds',
    help: 'Time from the adding of a job to its first start',
    labelNames: ['queue', 'priority'],
    buckets: [0.05, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 1_800, 7_200, 43_200, 172_800],
    registers,
  });

  return {
    /** A queue is there from the start, with zeros, so that its first job and its first failure are seen as a change. */
    addQueue(queue: string, isFull: () => boolean): void {
      for (const outcome of ATTEMPT_OUTCOMES) attempts.inc({ queue, outcome }, 0);
      for (const priority of PRIORITIES) wait.zero({ queue, priority });
      duration.zero({ queue });
      isDatabaseFull.set(queue, isFull);
    },
    attemptStarted<T>(queue: string, { attemptsStarted, timestamp, opts }: Job<T>): void {
      if (attemptsStarted > 1) return;
      const priority = PRIORITIES[(opts.priority ?? 0) - 1] ?? 'none';
      wait.observe({ queue, priority }, Math.max(0, Date.now() - timestamp) / 1_000);
    },
    attemptEnded(queue: string, outcome: AttemptOutcome, durationMs: number): void {
      attempts.inc({ queue, outcome });
      duration.observe({ queue }, durationMs / 1_000);
    },
  };
}
