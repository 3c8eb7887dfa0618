import { createPostgresBackend, createRedisBackend, type Queue, type Worker, withBackend } from 'bullmq';
import type { Logger } from 'pino';
import { z } from 'zod';

/** Where the queues live. Nothing outside this file knows which of the two it is. */
export interface QueueBackend {
  createQueue<T>(name: string): Queue<T>;
  createWorker<T>(...parameters: WorkerParameters<T>): Worker<T>;
}

type WorkerParameters<T> = [
  name: string,
  processor: ConstructorParameters<typeof Worker<T>>[1],
  options: Omit<NonNullable<ConstructorParameters<typeof Worker<T>>[2]>, 'connection'>,
];

const DEFAULT_LOCK_MS = 20_000;

/**
 * How long a worker that gives no sign of life keeps its jobs, in milliseconds. One that was killed is missed
 * after at most twice that. One whose thread is busy for longer loses its job to another, which does it once
 * more.
 */
export const JobLockMs = z.coerce.number().int().min(1_000).default(DEFAULT_LOCK_MS);

/**
 * The queues' home: Redis for `redis://` and `rediss://`, PostgreSQL for `postgres://`, in a schema of its
 * own that is created where it is missing.
 *
 * @param log - hears of lost connections, which are made anew
 * @param lockMs - see `JobLockMs`
 */
export function createQueueBackend(
  url: string,
  log: Logger,
  { lockMs = DEFAULT_LOCK_MS }: { lockMs?: number } = {},
): QueueBackend {
  const { protocol } = new URL(url);
  const backend = /^rediss?:$/.test(protocol) ? onRedis(url) : onPostgres(url);
  return {
    createQueue<T>(name: string) {
      const queue = backend.createQueue<T>(name);
      queue.on('error', (err) => log.error({ err, queue: name }, 'queue error'));
      return queue;
    },
    createWorker<T>(...[name, processor, options]: WorkerParameters<T>) {
      const worker = backend.createWorker<T>(name, processor, {
        ...options,
        lockDuration: lockMs,
        stalledInterval: Math.floor(lockMs / 2),
      });
      worker.on('error', (err) => log.error({ err, queue: name }, 'worker error'));
      return worker;
    },
  };
}

function onRedis(url: string): QueueBackend {
  const { Queue, Worker } = withBackend(createRedisBackend);
  return {
    createQueue: <T>(name: string) => new Queue<T>(name, { connection: { url } }) as unknown as Queue<T>,
    // Null: a worker waits out a Redis outage instead of failing its blocking reads.
    createWorker: <T>(...[name, processor, options]: WorkerParameters<T>) =>
      new Worker<T>(name, processor, {
        ...options,
        connection: { url, maxRetriesPerRequest: null },
      }) as unknown as Worker<T>,
  };
}

function onPostgres(url: string): QueueBackend {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = { connectionString: url, schema: 'bullmq', migrate: true, max: 4 };
  return {
    createQueue: <T>(name: string) => new Queue<T>(name, { connection }) as unknown as Queue<T>,
    createWorker: <T>(...[name, processor, options]: WorkerParameters<T>) =>
      new Worker<T>(name, processor, { ...options, connection }) as unknown as Worker<T>,
  };
}
