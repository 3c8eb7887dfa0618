import { setTimeout as pause } from 'node:timers/promises';
import {
  describeError,
  PermanentError,
  PipelineError,
  PostponedError,
  ThrottledError,
  UnauthorizedError,
} from '@energy-data-service/domain';
import { DelayedError, type Job, RateLimitError, UnrecoverableError, Worker } from 'bullmq';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { QueueBackend } from './backend.ts';
import { backoffMs } from './backoff.ts';
import { watchLocks } from './job-locks.ts';
import type { AttemptOutcome, JobMetrics } from './job-metrics.ts';
import { createQueueMonitor } from './queue-monitor.ts';
import { isLastAttempt } from './queues.ts';
import { watchRoom } from './room-watch.ts';
import { watchForStandstill } from './standstill.ts';

export interface JobContext {
  /** Carries queue, job id and attempt. */
  readonly log: Logger;
  /** Aborts when the worker closes; pass it on to every request. The job will run again, elsewhere or later. */
  readonly signal: AbortSignal;
  /** From 1. Attempts that were put off, or ended with their worker, are not counted. */
  readonly attempt: number;
  /** Whether the job had failed for good, and runs again because a person wants it to. */
  readonly isRetriedByHand: boolean;
}

/** What is done with the jobs of a queue. `Beginning` is what an attempt needs to know of the moment it began. */
export interface JobHandler<T, Beginning = void> {
  /**
   * Looks into the database before anything is done. Where that fails, the job is never given up, but found again by the
   * scheduler; where the database is away, it waits.
   */
  begin(data: T): Promise<Beginning>;
  /** Does the job; it may run twice, late, or beside its twin, with the same end. */
  handle(data: T, context: JobContext, beginning: Beginning): Promise<void>;
  /** Records that the job has failed for good, before the queue is told. */
  giveUp(data: T, error: unknown, beginning: Beginning): Promise<void>;
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
  readonly metrics?: JobMetrics;
  /**
   * Whether an error says that the database is out of reach. Where an attempt begins with that, it is no fault of the job,
   * and not counted; a job that loses the database on its way may be the reason for it.
   */
  readonly isDatabaseAway?: (error: unknown) => boolean;
  /** Whether an error says that the database has no room: also an attempt that ends with that is not counted. */
  readonly isDatabaseFull?: (error: unknown) => boolean;
  /** Milliseconds without any progress after which work that is there stands still; above what an attempt may take. */
  readonly standstillMs?: number;
  /** How long an attempt that found the database full keeps its place in the worker. */
  readonly databaseFullPauseMs?: number;
}

/** Longer than any request to a source may be under way, and than any answer takes to be processed. */
const STANDSTILL_MS = 6 * 60_000;

/**
 * For so long an attempt that found the database away keeps its place in the worker. The other jobs stay where they are
 * meanwhile: not each of them is tried in vain, and logged, and all of them go on as soon as it is back.
 */
const DATABASE_AWAY_PAUSE_MS = 5_000;

/** Likewise where it found the database full. Longer, as what it had asked of a source is asked once more. */
const DATABASE_FULL_PAUSE_MS = 15_000;

export interface RunningWorker {
  /** Rejects when the worker does nothing though there is work, or has stopped by itself: only a new start helps. */
  checkWork(): Promise<void>;
  /** Rejects when the queue does not answer, or takes no job. */
  checkQueue(): Promise<void>;
  /** Rejects for a minute after an attempt that found no room in the database. */
  checkRoom(): Promise<void>;
  /** Takes no further job, aborts those that wait for others, and waits for their end. */
  close(): Promise<void>;
}

/** The progress of a job that has failed for good. Neither server forgets it when a person retries the job. */
const GIVEN_UP = 'failed for good';

/** Runs a handler on every job of a queue, and turns how it ends into a state of the job. */
export function startWorker<T, Beginning>(
  backend: QueueBackend,
  queue: string,
  schema: z.ZodType<T>,
  handler: JobHandler<T, Beginning>,
  {
    log,
    concurrency,
    limiter,
    metrics,
    isDatabaseAway = () => false,
    isDatabaseFull = () => false,
    standstillMs = STANDSTILL_MS,
    databaseFullPauseMs = DATABASE_FULL_PAUSE_MS,
  }: WorkerSettings,
): RunningWorker {
  const monitor = createQueueMonitor(backend, queue);
  const standstill = watchForStandstill({
    countStartable: () => monitor.countStartable(limiter?.max),
    afterMs: standstillMs,
  });
  const room = watchRoom();
  metrics?.addQueue(queue, () => room.describe() !== null);
  const worker = backend.createWorker<T>(queue, runAttempt, {
    concurrency,
    ...(limiter && { limiter }),
    settings: { backoffStrategy: (attemptsMade) => backoffMs(attemptsMade) },
    // A killed worker's jobs are found and run elsewhere; how often that happens says nothing about the job.
    maxStalledCount: 100,
    // A worker that is closed at the moment at which its queue falls silent waits for so long (BullMQ 6.7).
    maximumRateLimitDelay: 5_000,
  });
  const locks = watchLocks(worker, log.child({ queue }));
  const closing = new AbortController();
  return {
    async checkWork() {
      if (!worker.isRunning()) throw new Error('the worker has stopped');
      const reason = standstill.describe();
      if (reason !== null) throw new Error(reason);
    },
    checkQueue: monitor.check,
    async checkRoom() {
      const reason = room.describe();
      if (reason !== null) throw new Error(`the database has no room: ${reason}`);
    },
    async close() {
      closing.abort();
      standstill.stop();
      await backend.close(worker);
      await monitor.close();
    },
  };

  async function runAttempt(job: Job<T>, token?: string): Promise<void> {
    const startedAt = performance.now();
    let outcome: AttemptOutcome = 'completed';
    standstill.attemptStarted();
    locks.jobStarted(job);
    metrics?.attemptStarted(queue, job);
    try {
      await processJob(job, token);
    } catch (error) {
      outcome = outcomeOf(error);
      throw error;
    } finally {
      standstill.attemptEnded();
      locks.jobEnded(job);
      metrics?.attemptEnded(queue, outcome, performance.now() - startedAt);
    }
  }

  function parseData(job: Job<T>): T {
    const result = schema.safeParse(job.data);
    if (result.success) return result.data;
    // Written by another release, or by hand: no attempt would read it.
    throw new UnrecoverableError(`malformed job: ${z.prettifyError(result.error)}`);
  }

  /** Has a job taken again after so long, without an attempt counted. */
  async function putBack(job: Job<T>, delayMs: number, token?: string): Promise<never> {
    locks.jobEnded(job);
    await job.moveToDelayed(Date.now() + delayMs, token);
    throw new DelayedError();
  }

  /** Ends after a while, or when the worker closes. */
  async function waitForDatabase(error: unknown, jobLog: Logger): Promise<void> {
    const isFull = isDatabaseFull(error);
    const reason = describeError(error);
    if (isFull) room.foundFull(reason);
    jobLog.warn({ reason }, `the database is ${isFull ? 'full' : 'away'}, the job waits`);
    try {
      await pause(isFull ? databaseFullPauseMs : DATABASE_AWAY_PAUSE_MS, undefined, {
        signal: closing.signal,
      });
    } catch (err) {
      if (!closing.signal.aborted) throw err;
    }
  }

  /**
   * Does not end before the failure is recorded: a job that ends the server each time would be tried for ever.
   *
   * @returns false if the worker closes before that
   */
  async function recordFailure(record: () => Promise<void>, jobLog: Logger): Promise<boolean> {
    while (!closing.signal.aborted) {
      try {
        await record();
        return true;
      } catch (err) {
        if (!isDatabaseAway(err)) throw err;
        await waitForDatabase(err, jobLog);
      }
    }
    return false;
  }

  /** What is logged of a failure. Where it happened matters only if nobody has foreseen it. */
  function failureFields(err: unknown): { reason: string } | { err: unknown } {
    return err instanceof PipelineError || isDatabaseAway(err) ? { reason: describeError(err) } : { err };
  }

  async function processJob(job: Job<T>, token?: string): Promise<void> {
    const attempt = job.attemptsMade + 1;
    const jobLog = log.child({ queue, jobId: job.id, job: job.name, attempt });
    const startedAt = performance.now();
    let giveUp: ((error: unknown) => Promise<void>) | undefined;
    try {
      const data = parseData(job);
      const beginning = await handler.begin(data);
      giveUp = (error) => handler.giveUp(data, error, beginning);
      const isRetriedByHand = job.progress === GIVEN_UP;
      await handler.handle(
        data,
        { log: jobLog, signal: closing.signal, attempt, isRetriedByHand },
        beginning,
      );
      jobLog.debug({ durationMs: Math.round(performance.now() - startedAt) }, 'job completed');
    } catch (err) {
      if (isDatabaseFull(err) || (giveUp === undefined && isDatabaseAway(err))) {
        await waitForDatabase(err, jobLog);
        return putBack(job, 0, token);
      }
      if (err instanceof ThrottledError) {
        jobLog[err instanceof UnauthorizedError ? 'error' : 'warn'](
          { reason: describeError(err), retryAfterMs: err.retryAfterMs },
          'source may not be asked, queue paused',
        );
        // Neither server takes a fraction.
        await worker.rateLimit(Math.ceil(err.retryAfterMs));
        throw Worker.RateLimitError();
      }
      if (err instanceof PostponedError) {
        jobLog.debug({ reason: describeError(err), delayMs: Math.ceil(err.delayMs) }, 'job put off');
        return putBack(job, Math.ceil(err.delayMs), token);
      }
      if (closing.signal.aborted) {
        jobLog.info('job put back, the worker closes');
        return putBack(job, 0, token);
      }
      if (err instanceof UnrecoverableError) {
        jobLog.error({ err }, 'job failed for good');
        throw err;
      }
      if (err instanceof PermanentError || isLastAttempt(job)) {
        jobLog.error(failureFields(err), 'job failed for good');
        const record = giveUp;
        if (record !== undefined && !(await recordFailure(() => record(err), jobLog))) {
          return putBack(job, 0, token);
        }
        await job.updateProgress(GIVEN_UP);
        throw new UnrecoverableError(describeError(err));
      }
      jobLog.warn(failureFields(err), 'attempt failed');
      throw err;
    }
  }
}

/** What an attempt means that ended with this error. */
function outcomeOf(error: unknown): AttemptOutcome {
  if (error instanceof RateLimitError) return 'throttled';
  if (error instanceof DelayedError) return 'released';
  return error instanceof UnrecoverableError ? 'failed' : 'retried';
}
