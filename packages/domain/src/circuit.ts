/** How a source that fails request after request is left alone; see `afterFailure`. */
export interface Circuit {
  /** Different requests that failed in a row, and then the tries that failed. */
  readonly failures: number;
  /** Names the requests that failed in a row. */
  readonly requests: readonly string[];
  /** Names the items (a dataset of an area or border) of all that failed. */
  readonly items: readonly string[];
  /** Since when the source counts as cut off; null while everyone may ask. */
  readonly openedAt: Temporal.Instant | null;
  /** When one request may be tried; null while everyone may ask. */
  readonly probeAt: Temporal.Instant | null;
}

/** Who may try a source that is cut off: live data, and of the rest what has not failed yet, and what has. */
export type ProbeRank = 'live' | 'untried' | 'failed';

/**
 * In which order they may. Else the windows that a source does manage would hardly ever have a turn among those that it
 * never does; and live data and the rest go first by turns, as either may be what it never does.
 *
 * @param tries - that have failed since it was cut off
 */
export function probeOrder(tries: number): readonly ProbeRank[] {
  return tries % 2 === 0 ? ['live', 'untried', 'failed'] : ['untried', 'failed', 'live'];
}

export interface CircuitLimits {
  /** Failures after which a source counts as cut off. */
  readonly failures: number;
  /** Until the first try, in milliseconds; each that fails doubles it … */
  readonly firstPauseMs: number;
  /** … up to this. */
  readonly longestPauseMs: number;
  /** For so long those before it go first, in milliseconds, each in turn. */
  readonly precedenceMs: number;
  /** What has failed comes back within so long, in milliseconds. Many such jobs at once would keep the others from their turn. */
  readonly failedReturnMs: number;
}

/** Five different requests cannot all be at fault; and a try a minute finds the end of an outage soon. */
export const CIRCUIT_LIMITS: CircuitLimits = {
  failures: 5,
  firstPauseMs: 10_000,
  longestPauseMs: 60_000,
  precedenceMs: 10_000,
  failedReturnMs: 5 * 60_000,
};

/**
 * What is known of a source after a request failed in a way that passes. Any answer puts an end to it.
 *
 * The same request once more says nothing new: windows that the source never manages must not silence the others. Nor
 * does one that was under way when the source was cut off.
 *
 * @param before - null if the last request was answered
 * @param failed - names the request that failed, and its item
 */
export function afterFailure(
  before: Circuit | null,
  { request, item }: { request: string; item: string },
  { askedAt, now, limits }: { askedAt: Temporal.Instant; now: Temporal.Instant; limits: CircuitLimits },
): Circuit {
  if (before === null) {
    return { failures: 1, requests: [request], items: [item], openedAt: null, probeAt: null };
  }
  const { openedAt } = before;
  const saysNothing =
    openedAt === null ? before.requests.includes(request) : Temporal.Instant.compare(askedAt, openedAt) < 0;
  if (saysNothing) return before;
  const failures = before.failures + 1;
  const requests = openedAt === null ? [...before.requests, request] : before.requests;
  const items = [...new Set([...before.items, item])];
  if (failures < limits.failures) return { ...before, failures, requests, items };
  const pauseMs = Math.min(limits.longestPauseMs, limits.firstPauseMs * 2 ** (failures - limits.failures));
  return {
    failures,
    requests,
    items,
    openedAt: openedAt ?? now,
    probeAt: now.add({ milliseconds: Math.round(pauseMs) }),
  };
}
