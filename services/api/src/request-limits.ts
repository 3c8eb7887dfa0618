import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';
import { ProblemError } from './problem.ts';

/** How many requests may wait for the database, and for how long, and how many answers their readers. */
export interface RequestLimits {
  /** Requests whose answer has not begun; one more is refused. */
  readonly maxWaiting: number;
  /** After which a request is refused whose answer has not begun. */
  readonly answerTimeoutMs: number;
  /** Answers that are made while they are sent; one more waits until one of them has been. */
  readonly maxSending: number;
}

export const REQUEST_LIMITS: RequestLimits = {
  // At ten reads at a time, of some milliseconds each, the last of so many waits about a second.
  maxWaiting: 1_000,
  // Twice the time of the longest statement: one that runs on the connection, and the request's own.
  answerTimeoutMs: 60_000,
  // One whose reader has stopped holds some 0.8 MB: pages that are read, and bytes that are on their way.
  maxSending: 256,
};

/**
 * Refuses requests that would wait too long for a connection to the database, so that a database that is slow or stuck makes
 * clients come back later and not pile up here.
 */
export function limitRequests({
  maxWaiting,
  answerTimeoutMs,
  maxSending,
}: RequestLimits): MiddlewareHandler<ApiEnv> {
  let waiting = 0;
  const beginSending = createSendingQueue(maxSending);
  return async (c, next) => {
    if (waiting >= maxWaiting) throw busy();
    c.set('beginSending', () => beginSending(c));
    const timedOut = Promise.withResolvers<never>();
    const timer = setTimeout(() => timedOut.reject(busy()), answerTimeoutMs);
    // What was given up still waits for its connection, and counts until it had it.
    waiting += 1;
    const answered = next().finally(() => {
      waiting -= 1;
    });
    try {
      await Promise.race([answered, timedOut.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Lets `most` answers be sent at a time; others wait for their turn, first come, first served. */
function createSendingQueue(most: number): (c: Context<ApiEnv>) => Promise<void> {
  let sending = 0;
  const turns: (() => void)[] = [];
  const end = () => {
    const next = turns.shift();
    if (next === undefined) sending -= 1;
    else next();
  };
  return async (c) => {
    if (sending < most) sending += 1;
    else await new Promise<void>((resolve) => turns.push(resolve));
    onceSent(c, end);
  };
}

/**
 * Calls back once the answer of a request has been sent, or is not wanted any more: the connection is gone, or the request was
 * given up and answered otherwise. At once where that has happened already, or where there is no connection, as in tests.
 */
export function onceSent(c: Context<ApiEnv>, callBack: () => void): void {
  const outgoing = c.env?.outgoing;
  if (outgoing === undefined || outgoing.closed) callBack();
  else outgoing.once('close', callBack);
}

function busy(): ProblemError {
  return new ProblemError(503, 'the database is busy with other requests', [], 5);
}
