/**
 * The rate limit of a collect queue: jobs that all collectors together may start in a span of time.
 *
 * The budget is spent in spans of three seconds, so that no sliding minute (it touches 21 spans at most) sees
 * more than a twentieth above it, and a live request never waits for a whole minute to end.
 */
export function requestBudget(requestsPerMinute: number): { max: number; duration: number } {
  if (requestsPerMinute < 100) return { max: 1, duration: Math.ceil(60_000 / requestsPerMinute) };
  const spans = 20;
  return { max: Math.floor(requestsPerMinute / spans), duration: 60_000 / spans };
}
