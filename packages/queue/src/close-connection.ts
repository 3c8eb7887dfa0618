import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { findQueueReadiness } from './queue-readiness.ts';

/** Between two looks for the server while something closes. */
const LOOK_EVERY_MS = 1_000;

/** What BullMQ's queues and workers have in common. */
interface Connected {
  close(): Promise<unknown>;
  disconnect(): Promise<unknown>;
}

/**
 * Closes a queue or a worker in order, however long its jobs take; unless its server is away: BullMQ would wait for it to
 * come back (6.7), and so the connection is cut. Jobs that ran are found by other workers once the server is back.
 *
 * @param url - of the server
 */
export async function closeConnection(connected: Connected, url: string, log: Logger): Promise<void> {
  const closing = connected.close().then(
    () => ({ isClosed: true as const }),
    (error: unknown) => ({ isClosed: false as const, error }),
  );
  for (;;) {
    const end = await Promise.race([closing, delay(LOOK_EVERY_MS, null)]);
    if (end?.isClosed) return;
    const readiness = await findQueueReadiness(url);
    if (readiness.state === 'ready') {
      if (end === null) continue;
      throw end.error;
    }
    log.warn({ reason: readiness.reason }, 'the queue is away, connection cut');
    // It ends when the server is back, if at all.
    connected.disconnect().catch(() => undefined);
    return;
  }
}
