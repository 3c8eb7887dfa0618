/** Name of our strategy in a job's options. */
export const BACKOFF = 'exponential-capped';

const FIRST_MS = 4_000;
/** A job that waits holds its window: after an outage everything is asked for again within minutes. */
const LONGEST_MS = 5 * 60_000;

/**
 * How long a job waits after a failed attempt: twice as long each time up to five minutes, and between half of
 * that and all of it, so that jobs that failed together do not come back together.
 *
 * @param attemptsMade - from 1
 * @param random - in [0, 1)
 */
export function backoffMs(attemptsMade: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attemptsMade - 1));
  return Math.round(longest * (0.5 + random() / 2));
}
