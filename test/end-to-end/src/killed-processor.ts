import { createQueueBackend, createRawPayloadQueue, type StoredAnswer } from '@energy-data-service/queue';
import { createLogger } from '@energy-data-service/runtime';
import type { TestQueueServer } from '@energy-data-service/test-support';
import { layLine } from '@energy-data-service/test-support';
import { expect, vi } from 'vitest';
import { startServiceProcess } from './service-process.ts';

/**
 * Lets a processor in a process of its own process an answer, and kills it (`kill -9`) as soon as so many of its
 * pieces have gone to the database. It says nothing there before its job has begun.
 *
 * @param piece - from 1
 * @returns whether it was killed; false if its job ended before
 */
export async function processUntilKilled(
  { databaseUrl, queueServer }: { databaseUrl: string; queueServer: TestQueueServer },
  answer: StoredAnswer,
  piece: number,
): Promise<boolean> {
  await using scope = new AsyncDisposableStack();
  // Rather than wait until the job of the one that was killed before is missed.
  await queueServer.empty();
  const log = createLogger('test', 'error', { write: () => undefined });
  const queue = createRawPayloadQueue(createQueueBackend(queueServer.url, log));
  scope.defer(() => queue.close());
  await queue.add([answer]);

  let sent = 0;
  const line = scope.use(
    await layLine(databaseUrl, (forward) => {
      sent += 1;
      if (sent <= piece) forward();
      if (sent === piece) processor.signal('SIGKILL');
    }),
  );
  const processor = startServiceProcess('processor', {
    DATABASE_URL: line.url,
    QUEUE_URL: queueServer.url,
    LOG_LEVEL: 'warn',
  });
  let isGone = false;
  const ended = processor.ended.then((end) => {
    isGone = true;
    return end;
  });
  await vi.waitFor(async () => expect(isGone || (await queue.countOpen()) === 0).toBe(true), {
    timeout: 60_000,
    interval: 10,
  });
  const wasKilled = isGone;
  processor.signal('SIGTERM');
  const { code, signal } = await ended;
  if (wasKilled && signal !== 'SIGKILL') {
    throw new Error(`the processor ended with code ${code}: ${processor.output.join('\n')}`);
  }
  return wasKilled;
}
