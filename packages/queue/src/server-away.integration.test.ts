import {
  createTestQueueServer,
  hasQueueServer,
  layLine,
  QUEUE_SERVER_KINDS,
} from '@energy-data-service/test-support';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createQueueBackend } from './backend.ts';
import { CollectJob } from './jobs.ts';
import { findQueueReadiness } from './queue-readiness.ts';
import { collectQueueName, createCollectQueue } from './queues.ts';
import { startWorker } from './worker.ts';

const log = pino({ level: 'silent' });
const CLOSE_WITHIN_MS = 5_000;

const window = {
  from: Temporal.Instant.from('2024-01-01T00:00:00Z'),
  to: Temporal.Instant.from('2024-01-02T00:00:00Z'),
};
const request = { source: 'test', dataset: 'load', area: '10YCZ-CEPS-----N', counterArea: null, window };

describe.each(QUEUE_SERVER_KINDS)('on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind))('a server that goes away', () => {
    it.each([
      ['waits for jobs', false],
      ['runs a job', true],
    ])('keeps no worker that %s and no queue from closing', async (_, runsJob) => {
      await using server = await createTestQueueServer(kind);
      await using line = await layLine(server.url);
      const backend = createQueueBackend(line.url, log);
      const queue = createCollectQueue(backend, 'test');
      const started = Promise.withResolvers<void>();
      const handle = (_job: CollectJob, { signal }: { signal: AbortSignal }) => {
        started.resolve();
        if (!runsJob) return Promise.resolve();
        return new Promise<void>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      };
      const worker = startWorker(
        backend,
        collectQueueName('test'),
        CollectJob,
        { begin: async () => undefined, handle, giveUp: async () => undefined },
        { log, concurrency: 1 },
      );
      await queue.add([{ request, priority: 'live' }]);
      await started.promise;

      line.cut();
      const cutAt = performance.now();
      await worker.close();
      await queue.close();
      expect(performance.now() - cutAt).toBeLessThan(CLOSE_WITHIN_MS);
    });

    it('ends no process, at whichever of their messages it goes', async () => {
      await using server = await createTestQueueServer(kind);
      const uncaught: unknown[] = [];
      const remember = (error: unknown) => uncaught.push(error);
      process.on('uncaughtExceptionMonitor', remember);
      onTestFinished(() => void process.off('uncaughtExceptionMonitor', remember));
      for (let messages = 1; messages <= 60; messages++) {
        let sent = 0;
        const gone = Promise.withResolvers<void>();
        await using line = await layLine(server.url, (forward) => {
          forward();
          if (++sent !== messages) return;
          line.cut();
          gone.resolve();
        });
        const backend = createQueueBackend(line.url, log);
        const queue = createCollectQueue(backend, 'test');
        const worker = startWorker(
          backend,
          collectQueueName('test'),
          CollectJob,
          { begin: async () => undefined, handle: async () => undefined, giveUp: async () => undefined },
          { log, concurrency: 1 },
        );
        // It may be gone before the job is in the queue.
        await Promise.race([gone.promise, queue.add([{ request, priority: 'live' }]).catch(() => undefined)]);
        line.cut();
        await Promise.all([worker.close(), queue.close()]);
      }
      expect(uncaught).toEqual([]);
    });

    it('is found to be away, and to be ready', async () => {
      await using server = await createTestQueueServer(kind);
      await using line = await layLine(server.url);
      expect(await findQueueReadiness(line.url)).toEqual({ state: 'ready' });
      line.cut();
      expect(await findQueueReadiness(line.url)).toMatchObject({
        state: 'not-yet',
        reason: expect.stringContaining('ECONNREFUSED'),
      });
    });

    it('refuses a wrong password for good, and is not said to be away', async () => {
      await using server = await createTestQueueServer(kind);
      const url = new URL(server.url);
      url.username = 'nobody';
      url.password = 'hunter2';
      const readiness = await findQueueReadiness(url.href);
      // The servers of the tests may let everybody in by name, but know no such user.
      expect(readiness.state).toBe('refused');
      expect(JSON.stringify(readiness)).not.toContain('hunter2');
    });
  });
});
