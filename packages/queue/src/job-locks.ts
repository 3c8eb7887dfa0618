import type { Job } from 'bullmq';
import type { Logger } from 'pino';

/** A BullMQ worker, as far as it tells of locks. */
interface LockHolder {
  on(event: 'lockRenewalFailed', listener: (jobIds: string[]) => void): unknown;
}

/**
 * Tells of jobs that a worker loses while it does them: their locks ran out, and another worker may do the same.
 *
 * A lock cannot be renewed either if its job has just ended, which is no loss: where it is one after all, the queue
 * refuses the end, and BullMQ says so.
 */
export function watchLocks(worker: LockHolder, log: Logger) {
  /** Attempts by job: one that was lost may come back to the same worker. */
  const underWay = new Map<string, number>();
  const count = (id: string, change: 1 | -1) => {
    const attempts = (underWay.get(id) ?? 0) + change;
    if (attempts > 0) underWay.set(id, attempts);
    else underWay.delete(id);
  };
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds.filter((id) => underWay.has(id))) {
      log.warn({ jobId }, 'job is lost while it runs, another worker may run it as well');
    }
  });
  return {
    jobStarted: ({ id = '' }: Pick<Job, 'id'>) => count(id, 1),
    /** To be called before the queue is told. */
    jobEnded: ({ id = '' }: Pick<Job, 'id'>) => count(id, -1),
  };
}
