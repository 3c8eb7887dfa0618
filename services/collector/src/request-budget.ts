/**
 * The rate limit of a collect queue: jobs that all collectors together may start in a span of time.
 *
 * The budget is spent in spans of about a second: a live request waits no longer for the next one, however busy a
 * backfill keeps the collectors, and no minute, wherever it begins, sees more than the budget and two spans.
 */
export function requestBudget(requestsPerMinute: number): { max: number; duration: number } {
  const max = Math.max(1, Math.floor(requestsPerMinute / 60));
  return { max, duration: Math.ceil((max * 60_000) / requestsPerMinute) };
}
