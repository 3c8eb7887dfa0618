/** A half-open range of time: `from` (inclusive) ≤ t < `to` (exclusive). */
export interface TimeWindow {
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

/** A time window as text, for a log: `2024-03-01T00:00:00Z/2024-03-31T00:00:00Z`. */
export function formatWindow({ from, to }: TimeWindow): string {
  return `${from}/${to}`;
}

/**
 * Cuts a window into consecutive ones of at most `maxDays` × 24 hours; the last may be shorter.
 *
 * Lengths are absolute and not calendar days: the platform measures them so, and a local month of 31 days
 * has been refused where a month was allowed.
 */
export function splitWindow({ from, to }: TimeWindow, maxDays: number): TimeWindow[] {
  const windows: TimeWindow[] = [];
  const step = { hours: maxDays * 24 };
  for (let start = from; Temporal.Instant.compare(start, to) < 0; ) {
    const end = start.add(step);
    const stop = Temporal.Instant.compare(end, to) < 0 ? end : to;
    windows.push({ from: start, to: stop });
    start = stop;
  }
  return windows;
}

/**
 * Cuts a window in two near its middle, a multiple of `leastMinutes` from its start; null when it is too short.
 *
 * @param leastMinutes - neither half gets shorter than this
 */
export function halveWindow({ from, to }: TimeWindow, leastMinutes = 60): [TimeWindow, TimeWindow] | null {
  const minutes = Math.floor((to.epochMilliseconds - from.epochMilliseconds) / 60_000);
  const half = Math.floor(minutes / 2 / leastMinutes) * leastMinutes;
  if (half < leastMinutes) return null;
  const middle = from.add({ minutes: half });
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** Joins windows that overlap, or lie at most so many milliseconds apart; ascending. */
export function joinWindows(windows: readonly TimeWindow[], apartMs: number): TimeWindow[] {
  const joined: TimeWindow[] = [];
  for (const window of windows.toSorted((a, b) => Temporal.Instant.compare(a.from, b.from))) {
    const last = joined.at(-1);
    if (last === undefined || window.from.epochMilliseconds - last.to.epochMilliseconds > apartMs) {
      joined.push(window);
    } else if (Temporal.Instant.compare(window.to, last.to) > 0) {
      joined[joined.length - 1] = { from: last.from, to: window.to };
    }
  }
  return joined;
}

/** Awaited ranges that lie closer are asked for together: a late value here and there is not worth a request each. */
const TOGETHER_MS = 31 * 86_400_000;

/**
 * What to ask for, ascending and apart from each other.
 *
 * @param missing - never answered: asked for as it is
 * @param awaited - answered, but for values that were late: asked for in few stretches, with what lies between
 */
export function stretchesToAsk(missing: readonly TimeWindow[], awaited: readonly TimeWindow[]): TimeWindow[] {
  return joinWindows([...missing, ...joinWindows(awaited, TOGETHER_MS)], 0);
}
