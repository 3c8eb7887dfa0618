import {
  createPostgresBackend,
  createRedisBackend,
  type Queue,
  type Telemetry,
  type Worker,
  withBackend,
} from 'bullmq';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import { closeConnection } from './close-connection.ts';

/** Memory of a server that holds all its queues in it. */
export interface QueueMemory {
  readonly usedBytes: number;
  /** Beyond which it takes no job any more; null without such a limit. */
  readonly maxBytes: number | null;
}

/** Where the queues live. Nothing outside this file knows which of the two it is. */
export interface QueueBackend {
  createQueue<T>(name: string): Queue<T>;
  createWorker<T>(...parameters: WorkerParameters<T>): Worker<T>;
  /** Asks the server, on the connection of a queue; null of one that keeps its queues on disk. */
  readMemory<T>(queue: Queue<T>): Promise<QueueMemory | null>;
  /**
   * Rejects when the server takes no job. Redis answers reads while its disk or its memory is full, so something is written;
   * PostgreSQL as the queues' server is the database, whose room its writers know.
   */
  checkWrite<T>(queue: Queue<T>): Promise<void>;
  /** Closes what was created here; at once if the server is away. */
  close(connected: Pick<Queue | Worker, 'close' | 'disconnect'>): Promise<void>;
}

type WorkerParameters<T> = [
  name: string,
  processor: ConstructorParameters<typeof Worker<T>>[1],
  options: Omit<NonNullable<ConstructorParameters<typeof Worker<T>>[2]>, 'connection'>,
];

const DEFAULT_LOCK_MS = 20_000;

/** A server that comes back is found within so long. */
const LONGEST_RETRY_MS = 2_000;

const SAME_ERROR_EVERY_MS = 30_000;

/** Said of every lock, also of a job that has just ended; `watchLocks` tells what of it is a loss. */
const LOCK_NOT_RENEWED = /^could not renew lock for job /;

/** The job has done its work, and has nowhere to note that. */
const JOB_REMOVED = /^Missing key for job /;

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
 * @param telemetry - see `loadQueueTelemetry`
 */
export function createQueueBackend(
  url: string,
  log: Logger,
  { lockMs = DEFAULT_LOCK_MS, telemetry }: { lockMs?: number; telemetry?: Telemetry | undefined } = {},
): QueueBackend {
  const { protocol } = new URL(url);
  const backend = /^rediss?:$/.test(protocol) ? onRedis(url, telemetry) : onPostgres(url, telemetry);
  const logError = rareErrors(log);
  return {
    createQueue<T>(name: string) {
      const queue = backend.createQueue<T>(name);
      queue.on('error', (err) => logError(err, name));
      return queue;
    },
    createWorker<T>(...[name, processor, options]: WorkerParameters<T>) {
      const worker = backend.createWorker<T>(name, processor, {
        ...options,
        lockDuration: lockMs,
        stalledInterval: Math.floor(lockMs / 2),
        runRetryDelay: LONGEST_RETRY_MS,
      });
      worker.on('error', (err) => {
        if (LOCK_NOT_RENEWED.test(err.message)) return;
        // What it was for was cancelled, or the queue was emptied.
        if (JOB_REMOVED.test(err.message)) log.info({ queue: name }, 'a job was removed while it ran');
        else logError(err, name);
      });
      return worker;
    },
    readMemory: backend.readMemory,
    checkWrite: backend.checkWrite,
    close: (connected) => closeConnection(connected, url, log),
  };
}

/** A server that is away says the same every two seconds on every connection: it is logged once in a while. */
function rareErrors(log: Logger): (err: Error, queue: string) => void {
  const loggedAt = new Map<string, number>();
  return (err, queue) => {
    const key = `${queue} ${err.message}`;
    if (performance.now() - (loggedAt.get(key) ?? Number.NEGATIVE_INFINITY) < SAME_ERROR_EVERY_MS) return;
    loggedAt.set(key, performance.now());
    log.error({ err, queue }, 'queue error');
  };
}

/** Queues and workers as BullMQ makes them. */
type Connections = Omit<QueueBackend, 'close'>;

function onRedis(url: string, telemetry: Telemetry | undefined): Connections {
  const traced = telemetry === undefined ? {} : { telemetry };
  const retryStrategy = (attempts: number) => Math.min(attempts * 200, LONGEST_RETRY_MS);
  const { Queue, Worker } = withBackend(createRedisBackend);
  return {
    // Who adds or counts jobs while Redis is away is told so, and comes again: a scheduler that waited could not be ended.
    createQueue: <T>(name: string) =>
      new Queue<T>(name, {
        ...traced,
        connection: { url, retryStrategy, maxRetriesPerRequest: 1, enableOfflineQueue: false },
      }) as unknown as Queue<T>,
    // Null: a worker waits out a Redis outage instead of failing its blocking reads.
    createWorker: <T>(...[name, processor, options]: WorkerParameters<T>) =>
      new Worker<T>(name, processor, {
        ...options,
        ...traced,
        connection: { url, retryStrategy, maxRetriesPerRequest: null },
      }) as unknown as Worker<T>,
    async readMemory(queue) {
      const client = await queue.getBackend().client;
      return parseMemory(await client.info());
    },
    async checkWrite(queue) {
      const client = await queue.getBackend().client;
      // Beside the queue's jobs, which have numbers.
      await client.set(queue.toKey('write-check'), 1, { EX: 60 });
    },
  };
}

/** What Redis answers to `INFO`, as far as it is read here. */
const MemoryInfo = z.object({ used_memory: z.coerce.number(), maxmemory: z.coerce.number().default(0) });

function parseMemory(info: string): QueueMemory {
  const lines = info.split('\r\n').map((line) => line.split(':'));
  const { used_memory, maxmemory } = MemoryInfo.parse(Object.fromEntries(lines));
  return { usedBytes: used_memory, maxBytes: maxmemory > 0 ? maxmemory : null };
}

/**
 * A connection whose loss ends no process. BullMQ (6.7) takes one from its pool to make the schema and does not listen
 * to it meanwhile; what it asks of a lost connection fails by itself.
 */
class HeardClient extends Client {
  constructor(...parameters: ConstructorParameters<typeof Client>) {
    super(...parameters);
    this.on('error', () => undefined);
  }
}

function onPostgres(url: string, telemetry: Telemetry | undefined): Connections {
  const traced = telemetry === undefined ? {} : { telemetry };
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = { connectionString: url, schema: 'bullmq', migrate: true, max: 4, Client: HeardClient };
  return {
    createQueue: <T>(name: string) => new Queue<T>(name, { ...traced, connection }) as unknown as Queue<T>,
    createWorker: <T>(...[name, processor, options]: WorkerParameters<T>) =>
      new Worker<T>(name, processor, { ...options, ...traced, connection }) as unknown as Worker<T>,
    readMemory: async () => null,
    checkWrite: async () => undefined,
  };
}
