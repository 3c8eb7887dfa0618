import type { CollectRequest, Priority } from '@energy-data-service/domain';
import type { Job, JobsOptions, Queue } from 'bullmq';
import type { QueueBackend } from './backend.ts';
import { BACKOFF } from './backoff.ts';
import {
  type CollectJob,
  collectJobKey,
  collectJobName,
  jobPriority,
  type RawPayloadJob,
  rawPayloadJobName,
  toCollectJob,
} from './jobs.ts';

/**
 * Each source has a collect queue of its own: its request budget is the queue's rate limit, and a ban pauses
 * this queue and no other.
 */
export function collectQueueName(source: string): string {
  return `collect-${source}`;
}

export const RAW_PAYLOAD_QUEUE = 'raw-payload';

/** A request fails for good after three to four hours; a source that says that it is down uses up no attempt. */
const COLLECT_ATTEMPTS = 50;
/** Processing needs nothing but the database: about a quarter of an hour. */
const RAW_PAYLOAD_ATTEMPTS = 10;

/**
 * Finished jobs are kept for whoever looks; the record is in PostgreSQL. What they take of Redis's memory is reckoned in
 * infra/redis/redis.conf: it must stay a small share.
 */
const JOB_OPTIONS = {
  backoff: { type: BACKOFF },
  // The log has every attempt. A collect job with the stacks of all fifty would be ten times as large.
  stackTraceLimit: 1,
  removeOnComplete: { age: 24 * 3600, count: 2_000 },
  removeOnFail: { age: 14 * 24 * 3600, count: 1_000 },
} satisfies JobsOptions;

/** States in which a job is not finished. */
const OPEN_STATES = ['active', 'delayed', 'prioritized', 'waiting'] as const;
const READY_STATES = ['active', 'prioritized', 'waiting'] as const;

export interface CollectQueue {
  /** Puts requests into the queue; those that wait or run already are left as they are. */
  add(requests: readonly { request: CollectRequest; priority: Priority }[]): Promise<void>;
  /** Takes requests out of the queue; those that run are left as they are. */
  remove(requests: readonly CollectRequest[]): Promise<void>;
  /** Number of jobs that are not finished. */
  countOpen(): Promise<number>;
  /** Number of those that run, or would if there was budget: all but what failed and waits to be tried again. */
  countReady(): Promise<number>;
  close(): Promise<void>;
}

export function createCollectQueue(backend: QueueBackend, source: string): CollectQueue {
  const queue = backend.createQueue<CollectJob>(collectQueueName(source));
  return {
    async add(requests) {
      const jobs = await queue.addBulk(
        requests.map(({ request, priority }) => {
          const data = toCollectJob(request);
          return {
            name: collectJobName(request),
            data,
            opts: {
              ...JOB_OPTIONS,
              attempts: COLLECT_ATTEMPTS,
              priority: jobPriority(priority),
              // A request that comes while its twin runs may have come too late for that answer.
              deduplication: { id: collectJobKey(data), keepLastIfActive: true },
            },
          };
        }),
      );
      const urgent = jobs.filter((_, i) => requests[i]?.priority !== 'backfill');
      await Promise.all(urgent.map((job) => raisePriority(queue, job)));
    },
    async remove(requests) {
      await Promise.all(
        requests.map(async (request) => {
          const id = await queue.getDeduplicationJobId(collectJobKey(toCollectJob(request)));
          // Of a job that a worker has locked nothing is removed.
          if (id !== null) await queue.remove(id);
        }),
      );
    },
    countOpen: () => countJobs(queue, OPEN_STATES),
    countReady: () => countJobs(queue, READY_STATES),
    close: () => backend.close(queue),
  };
}

/** An answer that waits to be processed. */
export interface StoredAnswer {
  readonly rawPayloadId: number;
  /** What it answers. */
  readonly request: CollectRequest;
  /** Of the most urgent window that waits for it. */
  readonly priority: Priority;
}

export interface RawPayloadQueue {
  /** Hands stored answers to the processors; those that wait or run already are left as they are. */
  add(answers: readonly StoredAnswer[]): Promise<void>;
  /** Number of jobs that are not finished. */
  countOpen(): Promise<number>;
  close(): Promise<void>;
}

export function createRawPayloadQueue(backend: QueueBackend): RawPayloadQueue {
  const queue = backend.createQueue<RawPayloadJob>(RAW_PAYLOAD_QUEUE);
  return {
    async add(answers) {
      await queue.addBulk(
        answers.map(({ rawPayloadId, request, priority }) => ({
          name: rawPayloadJobName(rawPayloadId, request),
          data: { rawPayloadId },
          opts: {
            ...JOB_OPTIONS,
            attempts: RAW_PAYLOAD_ATTEMPTS,
            priority: jobPriority(priority),
            deduplication: { id: String(rawPayloadId) },
          },
        })),
      );
    },
    countOpen: () => countJobs(queue, OPEN_STATES),
    close: () => backend.close(queue),
  };
}

async function countJobs<T>(
  queue: Queue<T>,
  states: readonly (typeof OPEN_STATES)[number][],
): Promise<number> {
  const counts = await queue.getJobCounts(...states);
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** A job that waited already when it was added once more waits no longer than the more urgent of the two would. */
async function raisePriority<T>(queue: Queue<T>, { id, opts: { priority = 0 } }: Job<T>): Promise<void> {
  if (id === undefined) return;
  const waiting = await queue.getJob(id);
  if (waiting !== undefined && waiting.priority > priority) await waiting.changePriority({ priority });
}

/** Whether a failure of this attempt would be the job's last. */
export function isLastAttempt<T>(job: Job<T>): boolean {
  return job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
}
