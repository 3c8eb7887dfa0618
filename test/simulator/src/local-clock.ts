/** Local time of a zone as milliseconds since a local epoch: 0 is 1970-01-01T00:00 on the zone's clocks. */
export type LocalClock = (instantMs: number) => number;

/**
 * A clock for a zone. Asking the calendar takes some microseconds, too long for every quarter hour of a year, so
 * that the clock asks once for each stretch of constant offset.
 */
export function createLocalClock(timezone: string): LocalClock {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  let offsetMs = 0;
  return (instantMs) => {
    if (instantMs < from || instantMs >= to) {
      const local = Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timezone);
      // One millisecond on, because "previous" excludes the transition at the instant itself.
      const previous = local.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
      from = previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY;
      to = local.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
      offsetMs = local.offsetNanoseconds / 1_000_000;
    }
    return instantMs + offsetMs;
  };
}
