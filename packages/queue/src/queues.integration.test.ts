import { createTestQueueServer, hasQueueServer, QUEUE_SERVER_KINDS } from '@energy-data-service/test-support';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { createQueueBackend } from './backend.ts';
import { collectQueueName, createCollectQueue, createRawPayloadQueue, RAW_PAYLOAD_QUEUE } from './queues.ts';

const log = pino({ level: 'silent' });
const from = Temporal.Instant.from('2024-01-01T00:00:00Z');
const request = {
  source: 'test',
  dataset: 'actual-total-load',
  area: '10YCZ-CEPS-----N',
  counterArea: null,
  window: { from, to: from.add({ hours: 24 }) },
};

describe.each(QUEUE_SERVER_KINDS)('on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind)).each([collectQueueName('test'), RAW_PAYLOAD_QUEUE])(
    'a job of %s',
    (name) => {
      it('keeps the stack of its last failure only, however often it failed', async () => {
        await using server = await createTestQueueServer(kind);
        const backend = createQueueBackend(server.url, log);
        const collectQueue = createCollectQueue(backend, 'test');
        const rawPayloadQueue = createRawPayloadQueue(backend);
        if (name === RAW_PAYLOAD_QUEUE) {
          await rawPayloadQueue.add([{ rawPayloadId: 1, request, priority: 'live' }]);
        } else {
          await collectQueue.add([{ request, priority: 'live' }]);
        }
        const attempt = vi.fn(async () => {
          throw new Error(`failure ${attempt.mock.calls.length}`);
        });
        const worker = backend.createWorker(name, attempt, { settings: { backoffStrategy: () => 1 } });
        const jobs = backend.createQueue(name);
        await vi.waitFor(async () => expect(await jobs.getJobCounts('failed')).toEqual({ failed: 1 }), {
          timeout: 40_000,
          interval: 50,
        });
        const [job] = await jobs.getJobs(['failed']);
        expect(job?.attemptsMade).toBeGreaterThanOrEqual(10);
        expect(job?.stacktrace).toEqual([expect.stringContaining(`failure ${job?.attemptsMade}`)]);
        await backend.close(worker);
        await backend.close(jobs);
        await rawPayloadQueue.close();
        await collectQueue.close();
      });
    },
  );
});
