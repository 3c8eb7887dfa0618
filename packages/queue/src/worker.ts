import {
  describeError,
  PermanentError,
  ThrottledError,
  UnauthorizedError,
} from '@energy-data-service/domain';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { QueueBackend } from './backend.ts';
import { backoffMs } from './backoff.ts';
import { isLastAttempt } from './queues.ts';

export interface JobContext {
  /** Carries queue, job id and attempt. */
  readonly log: Logger;
  /** Aborts when the job is cancelled; pass it on to every request. */
  readonly signal: AbortSignal;
}

export interface JobHandler<T> {
  /** Does the job; it may run twice, late, or beside its twin, with the same end. */
  handle(data: T, context: JobContext): Promise<void>;
  /** Records that the job has failed for good, before the queue is told. */
  giveUp(data: T, error: unknown): Promise<void>;
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
  /** Takes no further job, and waits for those that run. */
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
    stalledInterval: 10_000,
    lockDuration: 20_000,
    maxStalledCount: 100,
    // A worker that is closed at the moment at which its queue falls silent waits for so long (BullMQ 6.7).
    maximumRateLimitDelay: 5_000,
  });
  return { close: () => worker.close() };

  function parseData(job: Job<T>): T {
    const result = schema.safeParse(job.data);
    if (result.success) return result.data;
    // Written by another release, or by hand: no attempt would read it.
    throw new UnrecoverableError(`malformed job: ${z.prettifyError(result.error)}`);
  }

  // BullMQ hands its signal only to a processor that declares three parameters, none defaulted.
  async function processJob(job: Job<T>, _token?: string, signal?: AbortSignal): Promise<void> {
    const jobLog = log.child({ queue, jobId: job.id, job: job.name, attempt: job.attemptsMade + 1 });
    const startedAt = performance.now();
    try {
      const context = { log: jobLog, signal: signal ?? AbortSignal.any([]) };
      await handler.handle(parseData(job), context);
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
      if (err instanceof UnrecoverableError) {
        jobLog.error({ err }, 'job failed for good');
        throw err;
      }
      if (err instanceof PermanentError || isLastAttempt(job)) {
        jobLog.error({ err }, 'job failed for good');
        await handler.giveUp(parseData(job), err);
        throw new UnrecoverableError(describeError(err));
      }
      jobLog.warn({ err }, 'attempt failed');
      throw err;
    }
  }
}
