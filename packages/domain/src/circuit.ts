/** How a source that fails request after request is left alone; see `afterFailure`. */
export interface Circuit {
  /** Requests that failed in a row, each another than the one before. */
  readonly failures: number;
  /** Names the request that failed last. */
  readonly lastRequest: string;
  /** Since when the source counts as cut off; null while everyone may ask. */
  readonly openedAt: Temporal.Instant | null;
  /** When one request may be tried; null while everyone may ask. */
  readonly probeAt: Temporal.Instant | null;
}

export interface CircuitLimits {
  /** Failures after which a source counts as cut off. */
  readonly failures: number;
  /** Until the first try, in milliseconds; each that fails doubles it … */
  readonly firstPauseMs: number;
  /** … up to this. */
  readonly longestPauseMs: number;
}

/** Five different requests cannot all be at fault; and what is missed in five minutes is caught up in one. */
export const CIRCUIT_LIMITS: CircuitLimits = {
  failures: 5,
  firstPauseMs: 10_000,
  longestPauseMs: 5 * 60_000,
};

/**
 * What is known of a source after a request failed in a way that passes. Any answer puts an end to it.
 *
 * The same request once more says nothing new: a window that the source never manages must not silence the others. Nor
 * does one that was under way when the source was cut off.
 *
 * @param before - null if the last request was answered
 * @param request - names the request that failed
 */
export function afterFailure(
  before: Circuit | null,
  request: string,
  { askedAt, now, limits }: { askedAt: Temporal.Instant; now: Temporal.Instant; limits: CircuitLimits },
): Circuit {
  if (before === null) return { failures: 1, lastRequest: request, openedAt: null, probeAt: null };
  const { openedAt } = before;
  const saysNothing =
    openedAt === null ? before.lastRequest === request : Temporal.Instant.compare(askedAt, openedAt) < 0;
  if (saysNothing) return before;
  const failures = before.failures + 1;
  if (failures < limits.failures) return { ...before, failures, lastRequest: request };
  const pauseMs = Math.min(limits.longestPauseMs, limits.firstPauseMs * 2 ** (failures - limits.failures));
  return {
    failures,
    lastRequest: request,
    openedAt: openedAt ?? now,
    probeAt: now.add({ milliseconds: Math.round(pauseMs) }),
  };
}
