import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';
import { ProblemError } from './problem.ts';

/** How many requests may wait for the database, and for how long. */
export interface RequestLimits {
  /** Requests whose answer has not begun; one more is refused. */
  readonly maxWaiting: number;
  /** After which a request is refused whose answer has not begun. */
  readonly answerTimeoutMs: number;
}

export const REQUEST_LIMITS: RequestLimits = {
  // At ten reads at a time, of some milliseconds each, the last of so many waits about a second.
  maxWaiting: 1_000,
  // Twice the time of the longest statement: one that runs on the connection, and the request's own.
  answerTimeoutMs: 60_000,
};

/**
 * Refuses requests that would wait too long for a connection to the database, so that a database that is slow or stuck makes
 * clients come back later and not pile up here.
 */
export function limitRequests({ maxWaiting, answerTimeoutMs }: RequestLimits): MiddlewareHandler<ApiEnv> {
  let waiting = 0;
  return async (_, next) => {
    if (waiting >= maxWaiting) throw busy();
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

function busy(): ProblemError {
  return new ProblemError(503, 'the database is busy with other requests', [], 5);
}
