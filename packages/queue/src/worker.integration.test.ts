import { PermanentError, ThrottledError, TransientError } from '@energy-data-service/domain';
import { createTestQueueServer, hasQueueServer, QUEUE_SERVER_KINDS } from '@energy-data-service/test-support';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { createQueueBackend, type QueueBackend } from './backend.ts';
import { createJobMetrics } from './job-metrics.ts';
import { CollectJob, collectJobKey, toCollectJob } from './jobs.ts';
import { type CollectQueue, collectQueueName, createCollectQueue } from './queues.ts';
import { type JobHandler, startWorker } from './worker.ts';

const log = pino({ level: 'silent' });
const WAIT = { timeout: 20_000, interval: 20 };

function requestOf(day: number) {
  const from = Temporal.Instant.from('2024-01-01T00:00:00Z').add({ hours: 24 * day });
  return {
    source: 'test',
    dataset: 'actual-total-load',
    area: '10YCZ-CEPS-----N',
    counterArea: null,
    window: { from, to: from.add({ hours: 24 }) },
  };
}

function dayOf(job: CollectJob): number {
  return (Date.parse(job.from) - Date.UTC(2024, 0, 1)) / 86_400_000;
}

const isDatabaseAway = (error: unknown) => error instanceof Error && error.message === 'connection refused';

function startFailing(
  backend: QueueBackend,
  handle: JobHandler<CollectJob>['handle'],
  giveUp: JobHandler<CollectJob>['giveUp'],
) {
  const handler = { begin: async () => undefined, handle, giveUp };
  return startWorker(backend, collectQueueName('test'), CollectJob, handler, {
    log,
    concurrency: 1,
    isDatabaseAway,
  });
}

describe.each(QUEUE_SERVER_KINDS)('on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind))('the collect queue', () => {
    async function withQueue(
      test: (queue: CollectQueue, backend: QueueBackend) => Promise<void>,
    ): Promise<void> {
      await using server = await createTestQueueServer(kind);
      const backend = createQueueBackend(server.url, log);
      const queue = createCollectQueue(backend, 'test');
      try {
        await test(queue, backend);
      } finally {
        await queue.close();
      }
    }

    /** Runs a worker while `test` looks at what it does. */
    async function withWorker(
      backend: QueueBackend,
      handler: Partial<JobHandler<CollectJob, string>>,
      test: () => Promise<void>,
      limiter?: { max: number; duration: number },
    ): Promise<void> {
      const worker = startWorker(
        backend,
        collectQueueName('test'),
        CollectJob,
        {
          begin: async () => 'begun',
          handle: async () => undefined,
          giveUp: async () => undefined,
          ...handler,
        },
        { log, concurrency: 1, ...(limiter && { limiter }) },
      );
      try {
        await test();
      } finally {
        await worker.close();
      }
    }

    it('holds a window once, however often it is added', () =>
      withQueue(async (queue) => {
        await queue.add([{ request: requestOf(1), priority: 'heal' }]);
        await queue.add([
          { request: requestOf(1), priority: 'heal' },
          { request: requestOf(2), priority: 'heal' },
        ]);
        expect(await queue.countOpen()).toBe(2);
      }));

    it('takes a window again once it was answered', () =>
      withQueue(async (queue, backend) => {
        const handle = vi.fn(async () => undefined);
        await withWorker(backend, { handle }, async () => {
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          await vi.waitFor(async () => expect(await queue.countOpen()).toBe(0), WAIT);
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          await vi.waitFor(() => expect(handle).toHaveBeenCalledTimes(2), WAIT);
        });
      }));

    it('runs a window that is added while its twin runs once more', () =>
      withQueue(async (queue, backend) => {
        const running = Promise.withResolvers<void>();
        const end = Promise.withResolvers<void>();
        const handle = vi.fn(async () => {
          running.resolve();
          await end.promise;
        });
        await withWorker(backend, { handle }, async () => {
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          await running.promise;
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          end.resolve();
          await vi.waitFor(async () => expect(await queue.countOpen()).toBe(0), WAIT);
          expect(handle).toHaveBeenCalledTimes(2);
        });
      }));

    it('gives back a window that waits, that failed in passing and that was never there, and takes it again', () =>
      withQueue(async (queue, backend) => {
        const handle = vi.fn(async () => {
          throw new Error('connection reset');
        });
        await withWorker(backend, { handle }, async () => {
          await queue.add([{ request: requestOf(1), priority: 'backfill' }]);
          await vi.waitFor(async () => expect(await queue.countReady()).toBe(0), WAIT);
        });
        await queue.add([
          { request: requestOf(2), priority: 'backfill' },
          { request: requestOf(3), priority: 'backfill' },
        ]);
        await queue.remove([requestOf(1), requestOf(2), requestOf(4)]);
        const days: number[] = [];
        const noteDay = async (job: CollectJob) => {
          days.push(dayOf(job));
        };
        await queue.add([{ request: requestOf(2), priority: 'backfill' }]);
        await withWorker(backend, { handle: noteDay }, () =>
          vi.waitFor(async () => expect(await queue.countOpen()).toBe(0), WAIT),
        );
        expect(days).toEqual([3, 2]);
      }));

    it('leaves a window alone that is removed while it runs', () =>
      withQueue(async (queue, backend) => {
        const running = Promise.withResolvers<void>();
        const end = Promise.withResolvers<void>();
        const handle = async () => {
          running.resolve();
          await end.promise;
        };
        const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
        await withWorker(backend, { handle }, async () => {
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          await running.promise;
          await queue.remove([requestOf(1)]);
          expect(await bull.getActiveCount()).toBe(1);
          end.resolve();
          await vi.waitFor(async () => expect(await bull.getCompletedCount()).toBe(1), WAIT);
        });
        await bull.close();
      }));

    it('serves live windows before healing, and healing before backfill', () =>
      withQueue(async (queue, backend) => {
        await queue.add([
          { request: requestOf(1), priority: 'backfill' },
          { request: requestOf(2), priority: 'heal' },
          { request: requestOf(3), priority: 'live' },
          { request: requestOf(4), priority: 'backfill' },
          { request: requestOf(5), priority: 'live' },
        ]);
        const days: number[] = [];
        const handle = async (job: CollectJob) => {
          days.push(dayOf(job));
        };
        await withWorker(backend, { handle }, () =>
          vi.waitFor(() => expect(days).toEqual([3, 5, 2, 1, 4]), WAIT),
        );
      }));

    it('serves a window that waits by the most urgent priority that it was ever added with', () =>
      withQueue(async (queue, backend) => {
        await queue.add([
          { request: requestOf(1), priority: 'backfill' },
          { request: requestOf(2), priority: 'backfill' },
          { request: requestOf(3), priority: 'heal' },
        ]);
        await queue.add([{ request: requestOf(2), priority: 'live' }]);
        await queue.add([{ request: requestOf(3), priority: 'backfill' }]);
        const days: number[] = [];
        const handle = async (job: CollectJob) => {
          days.push(dayOf(job));
        };
        await withWorker(backend, { handle }, () => vi.waitFor(() => expect(days).toEqual([2, 3, 1]), WAIT));
      }));

    it('puts a job that runs back when it closes, without counting an attempt', () =>
      withQueue(async (queue, backend) => {
        const running = Promise.withResolvers<void>();
        const handle: JobHandler<CollectJob, string>['handle'] = async (_, { signal }) => {
          running.resolve();
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          );
        };
        await withWorker(backend, { handle }, async () => {
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          await running.promise;
        });
        expect(await queue.countOpen()).toBe(1);
        const attempts: number[] = [];
        const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
        for (const job of await bull.getJobs(['delayed', 'waiting', 'prioritized']))
          attempts.push(job.attemptsMade);
        expect(attempts).toEqual([0]);
        await withWorker(backend, {}, () =>
          vi.waitFor(async () => expect(await queue.countOpen()).toBe(0), WAIT),
        );
        await bull.close();
      }));

    it('does not repeat what can never succeed, and keeps the reason', () =>
      withQueue(async (queue, backend) => {
        const handle = vi.fn(async () => {
          throw new PermanentError('refused', { psrType: 'B99' });
        });
        const giveUp = vi.fn(async () => undefined);
        const begin = async ({ area }: CollectJob) => `begun for ${area}`;
        await withWorker(backend, { begin, handle, giveUp }, async () => {
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          await vi.waitFor(async () => expect(await queue.countOpen()).toBe(0), WAIT);
        });
        expect(handle).toHaveBeenCalledTimes(1);
        expect(giveUp.mock.calls).toEqual([
          [toCollectJob(requestOf(1)), expect.any(PermanentError), `begun for ${requestOf(1).area}`],
        ]);
        const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
        const [failed] = await bull.getFailed();
        expect(failed?.failedReason).toBe('refused {"psrType":"B99"}');
        expect(failed?.deduplicationId).toBe(collectJobKey(toCollectJob(requestOf(1))));
        await bull.close();
      }));

    it('tells a job that failed for good and is retried by a person from one that is repeated by itself', () =>
      withQueue(async (queue, backend) => {
        const failures = [new PermanentError('refused'), new Error('connection reset')];
        const retried: boolean[] = [];
        const handle: JobHandler<CollectJob, string>['handle'] = async (_, { isRetriedByHand }) => {
          retried.push(isRetriedByHand);
          const failure = failures[retried.length - 1];
          if (failure !== undefined) throw failure;
        };
        const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
        await withWorker(backend, { handle }, async () => {
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          await vi.waitFor(async () => expect(await bull.getFailedCount()).toBe(1), WAIT);
          await queue.add([{ request: requestOf(2), priority: 'live' }]);
          await vi.waitFor(async () => expect(await bull.getDelayedCount()).toBe(1), WAIT);
          for (const job of await bull.getDelayed()) await job.promote();
          await vi.waitFor(() => expect(retried).toEqual([false, false, false]), WAIT);
          for (const job of await bull.getFailed()) await job.retry('failed');
          await vi.waitFor(() => expect(retried).toEqual([false, false, false, true]), WAIT);
        });
        await bull.close();
      }));

    it('repeats what failed in passing, later', () =>
      withQueue(async (queue, backend) => {
        const handle = vi.fn(async () => {
          throw new Error('connection reset');
        });
        const giveUp = vi.fn(async () => undefined);
        await withWorker(backend, { handle, giveUp }, async () => {
          await queue.add([{ request: requestOf(1), priority: 'live' }]);
          const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
          await vi.waitFor(async () => expect(await bull.getDelayedCount()).toBe(1), WAIT);
          const [delayed] = await bull.getDelayed();
          // Between half of the first back-off and the whole of it.
          expect(delayed?.delay).toBeGreaterThanOrEqual(2_000);
          expect(delayed?.delay).toBeLessThanOrEqual(4_000);
          await bull.close();
        });
        expect(handle).toHaveBeenCalledTimes(1);
        expect(giveUp).not.toHaveBeenCalled();
        expect(await queue.countOpen()).toBe(1);
      }));

    it('logs where a failure happened only if nobody has foreseen it', () =>
      withQueue(async (queue, backend) => {
        const lines: Record<string, unknown>[] = [];
        const handle = async (job: CollectJob) => {
          if (dayOf(job) === 1) throw new TransientError('source is out of order', { status: 500 });
          throw new Error('connection reset');
        };
        const worker = startWorker(
          backend,
          collectQueueName('test'),
          CollectJob,
          { begin: async () => undefined, handle, giveUp: async () => undefined },
          { log: pino({}, { write: (line) => void lines.push(JSON.parse(line)) }), concurrency: 1 },
        );
        try {
          await queue.add([
            { request: requestOf(1), priority: 'live' },
            { request: requestOf(2), priority: 'live' },
          ]);
          await vi.waitFor(() => expect(lines).toHaveLength(2), WAIT);
        } finally {
          await worker.close();
        }
        const [foreseen, other] = lines;
        expect(foreseen).toMatchObject({
          msg: 'attempt failed',
          reason: 'source is out of order {"status":500}',
        });
        expect(foreseen).not.toHaveProperty('err');
        expect(other).toMatchObject({
          msg: 'attempt failed',
          err: { message: 'connection reset', stack: expect.stringContaining('worker.integration.test') },
        });
      }));

    it('holds a job that begins without the database, without an attempt or a stack, until it can be done', () =>
      withQueue(async (queue, backend) => {
        const lines: Record<string, unknown>[] = [];
        const giveUp = vi.fn(async () => undefined);
        const away = async () => {
          throw new Error('connection refused');
        };
        const start = (begin: JobHandler<CollectJob>['begin']) =>
          startWorker(
            backend,
            collectQueueName('test'),
            CollectJob,
            { begin, handle: async () => undefined, giveUp },
            {
              log: pino({}, { write: (line) => void lines.push(JSON.parse(line)) }),
              concurrency: 1,
              isDatabaseAway,
            },
          );
        const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
        // A failure would be the last.
        const job = await bull.add('load', toCollectJob(requestOf(1)), { attempts: 1 });

        const first = start(away);
        await vi.waitFor(() => expect(lines).toHaveLength(1), WAIT);
        const closedAt = performance.now();
        await first.close();
        expect(performance.now() - closedAt).toBeLessThan(4_000);
        expect(lines).toEqual([
          expect.objectContaining({
            msg: 'the database is away, the job waits',
            reason: 'connection refused',
            jobId: job.id,
            attempt: 1,
          }),
        ]);
        expect(lines[0]).not.toHaveProperty('err');
        expect(await queue.countOpen()).toBe(1);

        let tries = 0;
        const second = start(() => (++tries === 1 ? away() : Promise.resolve()));
        await vi.waitFor(async () => expect(await bull.getCompletedCount()).toBe(1), WAIT);
        await second.close();
        expect((await bull.getJob(job.id ?? ''))?.attemptsMade).toBe(1);
        expect(giveUp).not.toHaveBeenCalled();
        await bull.close();
      }));

    it('counts the attempts of a job that loses the database each time: it may be the reason', () =>
      withQueue(async (_queue, backend) => {
        const recorded = Promise.withResolvers<unknown>();
        let tries = 0;
        const worker = startFailing(
          backend,
          async () => {
            tries++;
            throw new Error('connection refused');
          },
          async (_data, error) => recorded.resolve(error),
        );
        const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
        await bull.add('load', toCollectJob(requestOf(1)), { attempts: 2, backoff: 1 });
        expect(await recorded.promise).toEqual(new Error('connection refused'));
        expect(tries).toBe(2);
        await vi.waitFor(async () => expect(await bull.getFailedCount()).toBe(1), WAIT);
        await worker.close();
        await bull.close();
      }));

    it('counts no attempt that finds the database full, and says so', () =>
      withQueue(async (_queue, backend) => {
        const isFull = new Set([1, 2, 3]);
        const registry = new Registry();
        const full = async () => (await registry.metrics()).match(/^energy_data_database_full{.*} \d$/m)?.[0];
        let tries = 0;
        const worker = startWorker(
          backend,
          collectQueueName('test'),
          CollectJob,
          {
            begin: async () => undefined,
            handle: async () => {
              if (isFull.has(++tries)) throw new Error('no space left on device');
            },
            giveUp: async () => undefined,
          },
          {
            log,
            concurrency: 1,
            isDatabaseFull: (error) => error instanceof Error && error.message.includes('no space left'),
            databaseFullPauseMs: 200,
            metrics: createJobMetrics(registry),
          },
        );
        const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
        await expect(worker.checkRoom()).resolves.toBeUndefined();
        // A failure would be the last.
        const job = await bull.add('load', toCollectJob(requestOf(1)), { attempts: 1 });
        expect(await full()).toMatch(/ 0$/);
        await vi.waitFor(() => expect(worker.checkRoom()).rejects.toThrow('no space left on device'), WAIT);
        expect(await full()).toMatch(/ 1$/);
        await vi.waitFor(async () => expect(await bull.getCompletedCount()).toBe(1), WAIT);
        expect([tries, (await bull.getJob(job.id ?? ''))?.attemptsMade]).toEqual([4, 1]);
        await worker.close();
        await bull.close();
      }));

    it('does not fail a job for good while that cannot be recorded', () =>
      withQueue(async (queue, backend) => {
        const recorded = Promise.withResolvers<void>();
        let tries = 0;
        const worker = startFailing(
          backend,
          async () => {
            throw new PermanentError('never');
          },
          async () => {
            if (++tries === 1) throw new Error('connection refused');
            recorded.resolve();
          },
        );
        const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
        await queue.add([{ request: requestOf(1), priority: 'live' }]);
        await recorded.promise;
        await vi.waitFor(async () => expect(await bull.getFailedCount()).toBe(1), WAIT);
        await worker.close();
        await bull.close();
      }));

    it('puts a job back that has failed for good, where the worker closes before that is recorded', () =>
      withQueue(async (queue, backend) => {
        const tried = Promise.withResolvers<void>();
        const worker = startFailing(
          backend,
          async () => {
            throw new PermanentError('never');
          },
          async () => {
            tried.resolve();
            throw new Error('connection refused');
          },
        );
        await queue.add([{ request: requestOf(1), priority: 'live' }]);
        await tried.promise;
        await worker.close();
        expect(await queue.countOpen()).toBe(1);
      }));

    it('starts nothing that comes while the source wants silence, on any worker, and loses no attempt by it', () =>
      withQueue(async (queue, backend) => {
        const started: { day: number; at: number }[] = [];
        const handle = async (job: CollectJob) => {
          started.push({ day: dayOf(job), at: performance.now() });
          if (started.length === 1) throw new ThrottledError('banned', 1_500.123);
        };
        const limiter = { max: 100, duration: 1_000 };
        const another = startWorker(
          backend,
          collectQueueName('test'),
          CollectJob,
          { begin: async () => undefined, handle, giveUp: async () => undefined },
          { log, concurrency: 1, limiter },
        );
        try {
          await withWorker(
            backend,
            { handle },
            async () => {
              await queue.add([{ request: requestOf(1), priority: 'live' }]);
              const bull = backend.createQueue<CollectJob>(collectQueueName('test'));
              // Longer than the limiter's own spans: the silence has been declared.
              await vi.waitFor(async () => {
                expect(await bull.getRateLimitTtl(limiter.max)).toBeGreaterThan(limiter.duration);
              }, WAIT);
              await bull.close();
              await queue.add([{ request: requestOf(2), priority: 'live' }]);
              await vi.waitFor(async () => expect(await queue.countOpen()).toBe(0), WAIT);
            },
            limiter,
          );
        } finally {
          await another.close();
        }
        const [banned, ...others] = started;
        // A worker that looked for a job at that moment may have taken the first one again.
        expect(others.map(({ day }) => day)).toEqual(expect.arrayContaining([1, 2]));
        const second = others.find(({ day }) => day === 2);
        expect((second?.at ?? 0) - (banned?.at ?? 0)).toBeGreaterThan(1_400);
      }));

    it('shares one budget among all workers', () =>
      withQueue(async (queue, backend) => {
        const startedAt: number[] = [];
        const handle = async () => {
          startedAt.push(performance.now());
        };
        const limiter = { max: 3, duration: 700 };
        const second = startWorker(
          backend,
          collectQueueName('test'),
          CollectJob,
          { begin: async () => undefined, handle, giveUp: async () => undefined },
          { log, concurrency: 4, limiter },
        );
        const addedAt = performance.now();
        try {
          await queue.add(
            Array.from({ length: 9 }, (_, day) => ({ request: requestOf(day), priority: 'live' as const })),
          );
          await withWorker(
            backend,
            { handle },
            () => vi.waitFor(() => expect(startedAt).toHaveLength(9), WAIT),
            limiter,
          );
        } finally {
          await second.close();
        }
        // Three spans, of which the first begins after the jobs were added and the last two whole ones later. A start
        // may be seen any time after it was counted.
        expect(Math.max(...startedAt) - addedAt).toBeGreaterThan(1_350);
      }));

    it('fails a job that it cannot read without running it', () =>
      withQueue(async (queue, backend) => {
        const handle = vi.fn(async () => undefined);
        const bull = backend.createQueue<unknown>(collectQueueName('test'));
        await bull.add('by hand', { area: 'CZ' });
        await withWorker(backend, { handle }, () =>
          vi.waitFor(async () => expect(await bull.getFailedCount()).toBe(1), WAIT),
        );
        expect(handle).not.toHaveBeenCalled();
        expect(await queue.countOpen()).toBe(0);
        await bull.close();
      }));
  });
});
