import {
  describeError,
  PermanentError,
  ThrottledError,
  UnauthorizedError,
} from '@energy-data-service/domain';
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { QueueBackend } from './backend.ts';
import { backoffMs } from './backoff.ts';
import { isLastAttempt } from './queues.ts';

export interface JobContext {
  /** Carries queue, job id and attempt. */
  readonly log: Logger;
  /** Aborts when the worker closes; pass it on to every request. The job will run again, elsewhere or later. */
  readonly signal: AbortSignal;
}

export interface JobHandler<T> {
  /** Does the job; it may run twice, late, or beside its twin, with the same end. */
  handle(data: T, context: JobContext): Promise<void>;
  /**
   * Records that the job has failed for good, before the queue is told.
   *
   * @param attemptMs - how long ago the last attempt began
   */
  giveUp(data: T, error: unknown, attemptMs: number): Promise<void>;
}

export interface WorkerSettings {
  readonly log: Logger;
  /** Jobs at a time in this process. */
  readonly concurrency: number;
  /**
   * Jobs that all workers of the queue together may start in a span of time. A queue without one cannot be
   * silenced, so that its handlers must not throw ThrottledError.
   */
  readonly limiter?: { readonly max: number; readonly duration: number };
}

export interface RunningWorker {
  /** Takes no further job, aborts those that wait for others, and waits for their end. */
  close(): Promise<void>;
}

/** Runs a handler on every job of a queue, and turns how it ends into a state of the job. */
export function startWorker<T>(
  backend: QueueBackend,
  queue: string,
  schema: z.ZodType<T>,
  handler: JobHandler<T>,
  { log, concurrency, limiter }: WorkerSettings,
): RunningWorker {
  const worker = backend.createWorker<T>(queue, processJob, {
    concurrency,
    ...(limiter && { limiter }),
    settings: { backoffStrategy: (attemptsMade) => backoffMs(attemptsMade) },
    // A killed worker's jobs are found and run elsewhere; how often that happens says nothing about the job.
    maxStalledCount: 100,
    // A worker that is closed at the moment at which its queue falls silent waits for so long (BullMQ 6.7).
    maximumRateLimitDelay: 5_000,
  });
  const closing = new AbortController();
  return {
    async close() {
      closing.abort();
      await worker.close();
    },
  };

  function parseData(job: Job<T>): T {
    const result = schema.safeParse(job.data);
    if (result.success) return result.data;
    // Written by another release, or by hand: no attempt would read it.
    throw new UnrecoverableError(`malformed job: ${z.prettifyError(result.error)}`);
  }

  async function processJob(job: Job<T>, token?: string): Promise<void> {
    const jobLog = log.child({ queue, jobId: job.id, job: job.name, attempt: job.attemptsMade + 1 });
    const startedAt = performance.now();
    try {
      await handler.handle(parseData(job), { log: jobLog, signal: closing.signal });
      jobLog.debug({ durationMs: Math.round(performance.now() - startedAt) }, 'job completed');
    } catch (err) {
      if (err instanceof ThrottledError) {
        jobLog[err instanceof UnauthorizedError ? 'error' : 'warn'](
          { reason: describeError(err), retryAfterMs: err.retryAfterMs },
          'source may not be asked, queue paused',
        );
        // Neither server takes a fraction.
        await worker.rateLimit(Math.ceil(err.retryAfterMs));
        throw Worker.RateLimitError();
      }
      if (closing.signal.aborted) {
        jobLog.info('job put back, the worker closes');
        await job.moveToDelayed(Date.now(), token);
        throw new DelayedError();
      }
      if (err instanceof UnrecoverableError) {
        jobLog.error({ err }, 'job failed for good');
        throw err;
      }
      if (err instanceof PermanentError || isLastAttempt(job)) {
        jobLog.error({ err }, 'job failed for good');
        await handler.giveUp(parseData(job), err, performance.now() - startedAt);
        throw new UnrecoverableError(describeError(err));
      }
      jobLog.warn({ err }, 'attempt failed');
      throw err;
    }
  }
}
