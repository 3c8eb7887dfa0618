import {
  createTestQueueServer,
  hasQueueServer,
  QUEUE_SERVER_KINDS,
  type QueueServerKind,
} from '@energy-data-service/test-support';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createQueueBackend, type QueueBackend } from './backend.ts';
import { startWorker } from './worker.ts';

/** Hands a job that runs to another worker, as happens when its lock has run out. */
const TAKE_AWAY: Record<QueueServerKind, (url: string, jobId: string) => Promise<void>> = {
  async Redis(url, jobId) {
    const redis = new Redis(url);
    await redis.set(`bull:work:${jobId}:lock`, 'of another');
    await redis.quit();
  },
  async PostgreSQL(url, jobId) {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`update bullmq.job set lock_token = 'of another' where id = $1`, [jobId]);
    await client.end();
  },
};

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly jobId?: string;
}

/** Lets a job run until it is told to end, and gives the lines that its worker logs. */
async function whileJobRuns(
  kind: QueueServerKind,
  lockMs: number,
  test: (running: {
    readonly url: string;
    readonly queue: ReturnType<QueueBackend['createQueue']>;
    readonly id: string;
    readonly lines: readonly LogLine[];
    endJob(): void;
  }) => Promise<void>,
): Promise<void> {
  await using server = await createTestQueueServer(kind);
  const lines: LogLine[] = [];
  const log = pino(
    { formatters: { level: (level) => ({ level }) } },
    { write: (line) => void lines.push(JSON.parse(line)) },
  );
  const backend = createQueueBackend(server.url, log, { lockMs });
  const queue = backend.createQueue<object>('work');
  const end = Promise.withResolvers<void>();
  const handler = {
    begin: async () => undefined,
    handle: async () => end.promise,
    giveUp: async () => undefined,
  };
  const worker = startWorker(backend, 'work', z.object({}), handler, { log, concurrency: 1 });
  try {
    const { id = '' } = await queue.add('job', {});
    await vi.waitFor(async () => expect(await queue.getActiveCount()).toBe(1), 20_000);
    await test({ url: server.url, queue, id, lines, endJob: end.resolve });
    // BullMQ's own word for it.
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  } finally {
    end.resolve();
    await worker.close();
    await queue.close();
  }
}

describe.each(QUEUE_SERVER_KINDS)('on %s', (kind) => {
  it.skipIf(!hasQueueServer(kind))('a job that is lost while it runs is told of, as a warning', () =>
    whileJobRuns(kind, 1_000, async ({ url, id, lines }) => {
      await TAKE_AWAY[kind](url, id);
      await vi.waitFor(() => expect(lines).not.toEqual([]), 20_000);
      expect(lines[0]).toMatchObject({
        level: 'warn',
        msg: 'job is lost while it runs, another worker may run it as well',
        jobId: id,
      });
    }),
  );

  it.skipIf(!hasQueueServer(kind))('a job that is removed while it runs ends without an error', () =>
    whileJobRuns(kind, 20_000, async ({ queue, lines, endJob }) => {
      await queue.obliterate({ force: true });
      endJob();
      await vi.waitFor(
        () => expect(lines.map(({ msg }) => msg)).toContain('a job was removed while it ran'),
        20_000,
      );
    }),
  );
});
