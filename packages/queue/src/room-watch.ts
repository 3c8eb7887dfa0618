/** Longer than a job that found no room takes to be tried again. */
const KNOWN_FOR_MS = 60_000;

/** Knows whether the database has room, as far as the jobs of a worker tell. */
export interface RoomWatch {
  /** An attempt found none. */
  foundFull(reason: string): void;
  /**
   * What the last attempt said that found no room; null a minute after it. Jobs that find none are tried all the time, so that
   * silence means that there is room, or nothing to store.
   */
  describe(): string | null;
}

/** @param now - milliseconds that only ever grow */
export function watchRoom(now: () => number = () => performance.now()): RoomWatch {
  let last: { readonly reason: string; readonly at: number } | null = null;
  return {
    foundFull(reason) {
      last = { reason, at: now() };
    },
    describe: () => (last !== null && now() - last.at < KNOWN_FOR_MS ? last.reason : null),
  };
}
