import type { Priority } from '@energy-data-service/domain';
import { createTestQueueServer, hasQueueServer, QUEUE_SERVER_KINDS } from '@energy-data-service/test-support';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { createQueueBackend } from './backend.ts';
import { RawPayloadJob } from './jobs.ts';
import { createRawPayloadQueue, RAW_PAYLOAD_QUEUE, type StoredAnswer } from './queues.ts';
import { startWorker } from './worker.ts';

const log = pino({ level: 'silent' });

function answer(rawPayloadId: number, priority: Priority): StoredAnswer {
  const from = Temporal.Instant.from('2024-01-01T00:00:00Z');
  const window = { from, to: from.add({ hours: 24 }) };
  const item = { source: 'test', dataset: 'actual-total-load', area: '10YCZ-CEPS-----N', counterArea: null };
  return { rawPayloadId, priority, request: { ...item, window } };
}

describe.each(QUEUE_SERVER_KINDS)('on %s', (kind) => {
  describe.skipIf(!hasQueueServer(kind))('the raw payload queue', () => {
    it('lets answers to live requests overtake those of healing and backfill', async () => {
      await using server = await createTestQueueServer(kind);
      const backend = createQueueBackend(server.url, log);
      const queue = createRawPayloadQueue(backend);
      await queue.add([answer(1, 'backfill'), answer(2, 'heal'), answer(3, 'backfill'), answer(4, 'live')]);
      const ids: number[] = [];
      const worker = startWorker(
        backend,
        RAW_PAYLOAD_QUEUE,
        RawPayloadJob,
        {
          begin: async () => undefined,
          handle: async ({ rawPayloadId }) => {
            ids.push(rawPayloadId);
          },
          giveUp: async () => undefined,
        },
        { log, concurrency: 1 },
      );
      await vi.waitFor(() => expect(ids).toEqual([4, 2, 1, 3]), { timeout: 20_000, interval: 20 });
      await worker.close();
      await queue.close();
    });

    it('names its jobs by dataset, area, window and answer, and holds an answer once', async () => {
      await using server = await createTestQueueServer(kind);
      const backend = createQueueBackend(server.url, log);
      const queue = createRawPayloadQueue(backend);
      await queue.add([answer(12, 'live')]);
      await queue.add([answer(12, 'live')]);
      const jobs = backend.createQueue(RAW_PAYLOAD_QUEUE);
      expect((await jobs.getJobs(['prioritized'])).map(({ name }) => name)).toEqual([
        'actual-total-load CZ 2024-01-01T00:00Z/2024-01-02T00:00Z (answer 12)',
      ]);
      await jobs.close();
      await queue.close();
    });
  });
});
