import { PRIORITIES, type Priority } from '@energy-data-service/domain';
import type { Queue } from 'bullmq';
import type { QueueBackend, QueueMemory } from './backend.ts';
import { jobPriority } from './jobs.ts';

/** States in which BullMQ counts the jobs of a queue. `prioritized` is `waiting`, of a job that has a priority. */
const JOB_STATES = ['waiting', 'prioritized', 'active', 'delayed', 'failed'] as const;

/** What a queue holds. */
export interface QueueState {
  readonly queue: string;
  /** Jobs that may start as soon as a worker has room for them. */
  readonly waiting: number;
  readonly active: number;
  /** Jobs that wait for their next attempt. */
  readonly delayed: number;
  /** Jobs that failed for good and are still kept. */
  readonly failed: number;
  /** Milliseconds since the oldest waiting job of each priority was added; priorities without any are left out. */
  readonly oldestWaitingMs: ReadonlyMap<Priority, number>;
  /** Of the server, which all queues share; null where they are on disk. */
  readonly memory: QueueMemory | null;
}

export interface QueueMonitor {
  look(): Promise<QueueState>;
  /**
   * Number of waiting jobs that nothing holds back: neither is the queue paused nor is its budget spent.
   *
   * @param max - the limiter's, of the queue's workers
   */
  countStartable(max: number | undefined): Promise<number>;
  /** Rejects when the server does not answer, or takes no job: its disk or its memory is full. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Looks at a queue and changes nothing in it. */
export function createQueueMonitor(backend: QueueBackend, name: string): QueueMonitor {
  const queue = backend.createQueue<unknown>(name);
  return {
    async look() {
      const counts = await queue.getJobCounts(...JOB_STATES);
      const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
      return {
        queue: name,
        waiting: waiting + prioritized,
        active,
        delayed,
        failed,
        oldestWaitingMs: prioritized === 0 ? new Map() : await oldestWaiting(queue),
        memory: await backend.readMemory(queue),
      };
    },
    async countStartable(max) {
      const { waiting = 0, prioritized = 0 } = await queue.getJobCounts('waiting', 'prioritized');
      if (waiting + prioritized === 0) return 0;
      if (await queue.isPaused()) return 0;
      const silentForMs = await queue.getRateLimitTtl(max);
      return silentForMs > 0 ? 0 : waiting + prioritized;
    },
    async check() {
      await queue.getJobCounts('waiting');
      await backend.checkWrite(queue);
    },
    close: () => backend.close(queue),
  };
}

/** Jobs wait in the order of their priorities, and the oldest of each is the first of it. */
async function oldestWaiting(queue: Queue<unknown>): Promise<Map<Priority, number>> {
  const counts = await queue.getCountsPerPriority(PRIORITIES.map(jobPriority));
  const oldest = new Map<Priority, number>();
  let first = 0;
  for (const priority of PRIORITIES) {
    const count = counts[jobPriority(priority)] ?? 0;
    if (count === 0) continue;
    const [job] = await queue.getJobs(['prioritized'], first, first, true);
    // It may have been started meanwhile.
    if (job?.opts.priority === jobPriority(priority)) oldest.set(priority, Date.now() - job.timestamp);
    first += count;
  }
  return oldest;
}
