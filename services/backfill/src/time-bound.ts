import { UsageError } from './usage-error.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/;
const PLAIN_DATE = /^\d{4}-\d\d-\d\d$/;

/**
 * The instant that one end of a range names: RFC 3339 with an offset, or a plain date, which begins at midnight in
 * `timezone`. Market days are cut there, so that a range of dates holds whole days of each area.
 *
 * @throws {UsageError} naming the option
 */
export function readTimeBound(option: string, text: string, timezone: string): Temporal.Instant {
  const instant = parseBound(text, timezone);
  if (instant !== undefined) return instant;
  const [date = ''] = text.split('T');
  if (PLAIN_DATE.test(date) && !isDay(date)) throw new UsageError(`${option}: there is no day ${date}`);
  throw new UsageError(
    `${option}: "${text}" is neither a date (2015-01-01) nor RFC 3339 with an offset (2015-01-01T00:00Z)`,
  );
}

function parseBound(text: string, timezone: string): Temporal.Instant | undefined {
  try {
    if (INSTANT.test(text)) return Temporal.Instant.from(text);
    if (PLAIN_DATE.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(timezone).toInstant();
    return undefined;
  } catch (error) {
    // The 30th of February, 25 o'clock.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isDay(date: string): boolean {
  try {
    Temporal.PlainDate.from(date);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
