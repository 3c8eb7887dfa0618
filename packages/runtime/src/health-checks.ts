import { setTimeout as delay } from 'node:timers/promises';

/** Rejects with the reason when what it looks at is not well. */
export type HealthCheck = () => Promise<unknown>;

/** A check that did not succeed. */
export interface FailedCheck {
  readonly name: string;
  readonly reason: unknown;
}

const CHECK_TIMEOUT_MS = 2_000;

/**
 * Runs all checks at once, each for so long at most.
 *
 * @returns those that failed, in their order; empty if all is well
 */
export async function findFailedChecks(
  checks: Iterable<readonly [name: string, check: HealthCheck]>,
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<FailedCheck[]> {
  const named = [...checks];
  const results = await Promise.allSettled(named.map(([, check]) => withinTime(timeoutMs, check)));
  return results.flatMap((result, i) =>
    result.status === 'fulfilled' ? [] : [{ name: named[i]?.[0] ?? '', reason: result.reason }],
  );
}

/**
 * Does work that may never end, and goes on without it after a while.
 *
 * @throws {Error} when it has not ended in time
 */
export async function withinTime<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: timer.signal, ref: false }).then((): never => {
    throw new Error(`no answer within ${timeoutMs} ms`);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    // Its rejection belongs to the race, which is over.
    late.catch(() => undefined);
    timer.abort();
  }
}
