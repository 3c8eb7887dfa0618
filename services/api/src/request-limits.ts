import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';
import { onceSent } from './once-sent.ts';
import { ProblemError } from './problem.ts';

/** How many requests may wait for the database, and for how long, and how many answers their readers. */
export interface RequestLimits {
  /** Requests whose answer has not begun; one more is refused. Those that wait for their turn to be sent are counted apart. */
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
  const sending = createSendingQueue(maxSending, maxWaiting);
  return async (c, next) => {
    if (waiting - sending.countWaiting() >= maxWaiting) throw busy();
    c.set('beginSending', () => sending.begin(c));
    const timedOut = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => timedOut.reject(sending.isWaiting(c) ? crowded() : busy()),
      answerTimeoutMs,
    );
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

/** Lets `most` answers be sent at a time; up to `mostWaiting` others wait for their turn, first come, first served. */
function createSendingQueue(most: number, mostWaiting: number) {
  let sending = 0;
  const turns = new Map<Context<ApiEnv>, () => void>();
  function end(): void {
    const [next] = turns;
    if (next === undefined) {
      sending -= 1;
      return;
    }
    const [c, take] = next;
    turns.delete(c);
    take();
  }

  return {
    /** @throws {ProblemError} 503 when too many wait, or the request was given up before its turn */
    async begin(c: Context<ApiEnv>): Promise<void> {
      // As in tests: there is nobody to wait for.
      if (c.env?.outgoing === undefined) return;
      if (sending < most) sending += 1;
      else {
        if (turns.size >= mostWaiting) throw crowded();
        const turn = Promise.withResolvers<void>();
        turns.set(c, turn.resolve);
        onceSent(c, () => {
          if (turns.delete(c)) turn.reject(crowded());
        });
        await turn.promise;
      }
      onceSent(c, end);
    },
    isWaiting: (c: Context<ApiEnv>) => turns.has(c),
    countWaiting: () => turns.size,
  };
}

function busy(): ProblemError {
  return new ProblemError(503, 'the database is busy with other requests', [], 5);
}

function crowded(): ProblemError {
  return new ProblemError(503, 'too many answers are being sent to others at this moment', [], 5);
}
