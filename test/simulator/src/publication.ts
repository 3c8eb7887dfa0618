import type { LoadItem } from './load-items.ts';

/** Actual load appears this long after the end of its market time unit. */
const ACTUAL_LAG = { minutes: 60 };

/** Forecasts appear at this local time. */
const FORECAST_TIME = Temporal.PlainTime.from('10:00');

/**
 * Until when (exclusive) an item of an area in `timezone` is published at `now`: steps that end by then.
 *
 * - actual load: until an hour ago
 * - day-ahead: to the end of tomorrow, from 10:00 local time on
 * - week-ahead: to the end of next week, from Friday 10:00
 * - month-ahead: the weeks that begin within next month, from a week before it
 * - year-ahead and margin: next year (the weeks that begin within it), from 15 December
 */
export function publishedUntil(item: LoadItem, timezone: string, now: Temporal.Instant): Temporal.Instant {
  if (item.horizon === 'past') return now.subtract(ACTUAL_LAG);
  const local = now.toZonedDateTimeISO(timezone);
  const published = Temporal.PlainTime.compare(local.toPlainTime(), FORECAST_TIME) >= 0;
  const lastPublication = local.toPlainDate().subtract({ days: published ? 0 : 1 });
  const end = endOfPublished(item.horizon, lastPublication);
  return (item.step === 'week' ? mondayOnOrAfter(end) : end).toZonedDateTime(timezone).toInstant();
}

/** The first date that is not published yet after the publication of that day. */
function endOfPublished(
  horizon: 'day' | 'week' | 'month' | 'year',
  day: Temporal.PlainDate,
): Temporal.PlainDate {
  switch (horizon) {
    case 'day':
      return day.add({ days: 2 });
    case 'week': {
      const nextMonday = day.add({ days: 8 - day.dayOfWeek });
      return day.dayOfWeek >= 5 ? nextMonday.add({ weeks: 1 }) : nextMonday;
    }
    case 'month':
      return day.add({ weeks: 1 }).with({ day: 1 }).add({ months: 1 });
    case 'year': {
      const nextYear = day.with({ month: 1, day: 1 }).add({ years: 1 });
      return day.month === 12 && day.day >= 15 ? nextYear.add({ years: 1 }) : nextYear;
    }
  }
}

function mondayOnOrAfter(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.add({ days: (8 - date.dayOfWeek) % 7 });
}
