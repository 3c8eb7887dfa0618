import { createTestQueueServer, hasQueueServer, QUEUE_SERVER_KINDS } from '@energy-data-service/test-support';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { createQueueBackend, type QueueBackend } from './backend.ts';
import { createJobMetrics } from './job-metrics.ts';
import { CollectJob } from './jobs.ts';
import { createQueueMonitor, type QueueMonitor } from './queue-monitor.ts';
import { type CollectQueue, collectQueueName, createCollectQueue } from './queues.ts';
import { startWorker } from './worker.ts';

const log = pino({ level: 'silent' });
const WAIT = { timeout: 20_000, interval: 20 };
const NAME = collectQueueName('test');

function requestOf(day: number) {
  const from = Temporal.Instant.from('2024-01-01T00:00:00Z').add({ hours: 24 * day });
  const window = { from, to: from.add({ hours: 24 }) };
  return { source: 'test', dataset: 'load', area: '10YCZ-CEPS-----N', counterArea: null, window };
}

describe.each(QUEUE_SERVER_KINDS)('on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind))('the monitor of a queue', () => {
    async function withQueue(
      test: (queue: CollectQueue, monitor: QueueMonitor, backend: QueueBackend) => Promise<void>,
    ): Promise<void> {
      await using server = await createTestQueueServer(kind);
      const backend = createQueueBackend(server.url, log);
      const queue = createCollectQueue(backend, 'test');
      const monitor = createQueueMonitor(backend, NAME);
      try {
        await test(queue, monitor, backend);
      } finally {
        await monitor.close();
        await queue.close();
      }
    }

    it('finds an empty queue empty', () =>
      withQueue(async (_, monitor) => {
        expect(await monitor.look()).toEqual({
          queue: NAME,
          waiting: 0,
          active: 0,
          delayed: 0,
          failed: 0,
          oldestWaitingMs: new Map(),
          memory: kind === 'Redis' ? expect.objectContaining({ usedBytes: expect.any(Number) }) : null,
        });
        expect(await monitor.countStartable(undefined)).toBe(0);
      }));

    it('finds nothing wrong with a server that takes jobs, and puts none there', () =>
      withQueue(async (_, monitor) => {
        await expect(monitor.check()).resolves.toBeUndefined();
        expect(await monitor.look()).toMatchObject({ waiting: 0, active: 0, delayed: 0, failed: 0 });
      }));

    it('tells how long the oldest job of each priority has waited', () =>
      withQueue(async (queue, monitor, backend) => {
        const bull = backend.createQueue<object>(NAME);
        const addedAt = Date.now();
        for (const [priority, secondsAgo] of [
          [3, 500],
          [3, 400],
          [1, 20],
          [1, 10],
        ] as const) {
          await bull.add('job', {}, { priority, timestamp: addedAt - secondsAgo * 1_000 });
        }
        const { waiting, oldestWaitingMs } = await monitor.look();
        expect(waiting).toBe(4);
        expect([...oldestWaitingMs.keys()]).toEqual(['live', 'backfill']);
        expect(oldestWaitingMs.get('live')).toBeGreaterThanOrEqual(20_000);
        expect(oldestWaitingMs.get('live')).toBeLessThan(400_000);
        expect(oldestWaitingMs.get('backfill')).toBeGreaterThanOrEqual(500_000);
        await queue.add([{ request: requestOf(1), priority: 'heal' }]);
        expect([...(await monitor.look()).oldestWaitingMs.keys()]).toEqual(['live', 'heal', 'backfill']);
        await backend.close(bull);
      }));

    it('counts no job as startable while the queue is paused, or silent, or its budget spent', () =>
      withQueue(async (queue, monitor, backend) => {
        const bull = backend.createQueue<object>(NAME);
        await queue.add([1, 2].map((day) => ({ request: requestOf(day), priority: 'live' as const })));
        expect(await monitor.countStartable(5)).toBe(2);
        await bull.pause();
        expect(await monitor.countStartable(5)).toBe(0);
        await bull.resume();
        expect(await monitor.countStartable(5)).toBe(2);
        await bull.rateLimit(60_000);
        expect(await monitor.countStartable(5)).toBe(0);
        await backend.close(bull);
      }));
  });

  describe.skipIf(!hasQueueServer(kind))('a worker', () => {
    it('counts attempts by their ends, measures them, and says that its work goes on', async () => {
      await using server = await createTestQueueServer(kind);
      const backend = createQueueBackend(server.url, log);
      const queue = createCollectQueue(backend, 'test');
      const registry = new Registry();
      const handle = vi.fn(async ({ from }: CollectJob) => {
        if (from === requestOf(2).window.from.toString()) throw new Error('connection reset');
      });
      const worker = startWorker(
        backend,
        NAME,
        CollectJob,
        { begin: async () => undefined, handle, giveUp: async () => undefined },
        { log, concurrency: 1, metrics: createJobMetrics(registry) },
      );
      const text = await registry.metrics();
      expect(text).toContain(`energy_data_job_attempts_total{queue="${NAME}",outcome="failed"} 0`);
      await queue.add([1, 2].map((day) => ({ request: requestOf(day), priority: 'live' as const })));
      await vi.waitFor(async () => {
        const metrics = await registry.metrics();
        expect(metrics).toContain(`energy_data_job_attempts_total{queue="${NAME}",outcome="completed"} 1`);
        expect(metrics).toContain(`energy_data_job_attempts_total{queue="${NAME}",outcome="retried"} 1`);
        expect(metrics).toContain(`energy_data_job_duration_seconds_count{queue="${NAME}"} 2`);
        expect(metrics).toContain(`energy_data_job_wait_seconds_count{queue="${NAME}",priority="live"} 2`);
      }, WAIT);
      await expect(worker.checkWork()).resolves.toBeUndefined();
      await expect(worker.checkQueue()).resolves.toBeUndefined();
      await worker.close();
      await queue.close();
    });

    it('says that its work stands still while a job never ends', async () => {
      await using server = await createTestQueueServer(kind);
      const backend = createQueueBackend(server.url, log);
      const queue = createCollectQueue(backend, 'test');
      const handle = (_: CollectJob, { signal }: { signal: AbortSignal }) =>
        new Promise<void>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      const worker = startWorker(
        backend,
        NAME,
        CollectJob,
        { begin: async () => undefined, handle, giveUp: async () => undefined },
        { log, concurrency: 1, standstillMs: 50 },
      );
      await queue.add([{ request: requestOf(1), priority: 'live' }]);
      await vi.waitFor(
        () => expect(worker.checkWork()).rejects.toThrow('1 jobs run, and none has ended'),
        WAIT,
      );
      await worker.close();
      await queue.close();
    });
  });
});
