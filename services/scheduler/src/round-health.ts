/** A round that takes longer hangs: the longest real ones add thousands of jobs in some seconds. */
const LONGEST_ROUND_MS = 10 * 60_000;

/** Rounds that may be missed, one after the other, and the least time for it: one may have much to add. */
const MISSED_ROUNDS = 12;
const LEAST_MISSED_MS = 2 * 60_000;

/** @throws {Error} when the present round hangs */
export function checkRoundEnds(underWayMs: number | null): void {
  if (underWayMs !== null && underWayMs > LONGEST_ROUND_MS) {
    throw new Error(`a round has been under way for ${seconds(underWayMs)} s`);
  }
}

/**
 * @param sinceLastMs - milliseconds since any scheduler completed a round; null if none ever did
 * @param everyMs - between two rounds
 * @throws {Error} when rounds are not completed any more, whichever replica should
 */
export function checkRoundsComplete(sinceLastMs: number | null, everyMs: number): void {
  if (sinceLastMs === null) throw new Error('no round has been completed yet');
  if (sinceLastMs > Math.max(MISSED_ROUNDS * everyMs, LEAST_MISSED_MS)) {
    throw new Error(`no round has been completed for ${seconds(sinceLastMs)} s`);
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}
