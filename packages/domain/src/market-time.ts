import type { TimeWindow } from './time-window.ts';

/** Units that a market calendar is cut into. Weeks start on Monday. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'year';

/** The instant at which the calendar unit around `instant` begins in `timezone`. */
export function startOf(unit: CalendarUnit, instant: Temporal.Instant, timezone: string): Temporal.Instant {
  return startOfDate(unit, instant.toZonedDateTimeISO(timezone).toPlainDate(), timezone);
}

/**
 * A window of whole calendar units around `now`.
 *
 * @param first - units before (negative) or after the current one, inclusive
 * @param last - the same, exclusive: `first: -1, last: 1` is yesterday and today
 */
export function calendarWindow(
  unit: CalendarUnit,
  first: number,
  last: number,
  now: Temporal.Instant,
  timezone: string,
): TimeWindow {
  const date = now.toZonedDateTimeISO(timezone).toPlainDate();
  return {
    from: startOfDate(unit, date.add({ [`${unit}s`]: first }), timezone),
    to: startOfDate(unit, date.add({ [`${unit}s`]: last }), timezone),
  };
}

function startOfDate(unit: CalendarUnit, date: Temporal.PlainDate, timezone: string): Temporal.Instant {
  const first = {
    day: () => date,
    week: () => date.subtract({ days: date.dayOfWeek - 1 }),
    month: () => date.with({ day: 1 }),
    year: () => date.with({ month: 1, day: 1 }),
  }[unit]();
  return first.toZonedDateTime(timezone).toInstant();
}
