const MINUTE_MS = 60_000;

/**
 * The rate limit of a collect queue: jobs that all collectors together may start in a span of time.
 *
 * The budget is spent in spans of about a second: a live request waits no longer for the next one, however busy a
 * backfill keeps the collectors. This is the pace, and no bound: a job that was started may be held up before it sends its
 * request, and many that are held up go on at once.
 */
export function requestBudget(requestsPerMinute: number): { max: number; duration: number } {
  const max = Math.max(1, Math.floor(requestsPerMinute / 60));
  return { max, duration: Math.ceil((max * MINUTE_MS) / requestsPerMinute) };
}

/** What a source may see in any minute, wherever it begins and whatever stood still. */
export interface RequestSlots {
  readonly slots: number;
  /** Those of them that a backfill leaves to others: while it is held up for want of slots, a live request finds one. */
  readonly spare: number;
}

/**
 * The bound: as many requests as begin within a minute at the pace if none is held up, in a span that began before the
 * minute and in all that begin within it, and half a span for what is urgent.
 */
export function requestSlots(requestsPerMinute: number): RequestSlots {
  const { max, duration } = requestBudget(requestsPerMinute);
  const spare = Math.floor(max / 2);
  return { slots: max * (1 + Math.ceil(MINUTE_MS / duration)) + spare, spare };
}
