import type { TimeWindow } from '@energy-data-service/domain';
import { ProblemError } from './problem.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/i;
const PLAIN_DATE = /^\d{4}-\d\d-\d\d$/;

/** What both sides can write with four digits for the year, in every time zone. */
const EARLIEST = Temporal.Instant.from('0001-01-02T00:00:00Z');
const LATEST = Temporal.Instant.from('9999-12-30T00:00:00Z');

/**
 * The instant that a request names: RFC 3339 with an offset (seconds may be left out), or a plain date, which
 * begins in `timezone`.
 *
 * @throws {ProblemError} 400 naming the parameter
 */
export function readInstant(parameter: string, text: string, timezone: string): Temporal.Instant {
  // A plus that was not percent-encoded arrives as a blank.
  const instant = parseInstant(text.replace(/ (\d\d:\d\d)$/, '+$1'), timezone);
  if (
    instant === undefined ||
    Temporal.Instant.compare(instant, EARLIEST) < 0 ||
    Temporal.Instant.compare(instant, LATEST) > 0
  ) {
    throw new ProblemError(400, 'malformed request', [
      {
        parameter,
        message: `"${text}" is neither RFC 3339 with an offset (2024-03-31T00:00:00+01:00) nor a date (2024-03-31)`,
      },
    ]);
  }
  return instant;
}

/**
 * The instant up to which something must have been known. The database counts microseconds: the rest is cut off,
 * since rounding could look ahead.
 *
 * @throws {ProblemError} 400 naming the parameter
 */
export function readAsOf(text: string, timezone: string): Temporal.Instant {
  return roundInstant(readInstant('as_of', text, timezone), 'floor');
}

function roundInstant(instant: Temporal.Instant, roundingMode: 'ceil' | 'floor'): Temporal.Instant {
  return instant.round({ smallestUnit: 'microsecond', roundingMode });
}

function parseInstant(text: string, timezone: string): Temporal.Instant | undefined {
  try {
    if (INSTANT.test(text)) return Temporal.Instant.from(text);
    if (PLAIN_DATE.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(timezone).toInstant();
    return undefined;
  } catch (error) {
    // The 30th of February.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface RangeParameters {
  readonly start_time: string;
  readonly end_time: string;
  readonly timezone: string;
}

/**
 * The range that a request names, half-open.
 *
 * @throws {ProblemError} 400 if an end is malformed, 422 if the range is empty
 */
export function readRange({ start_time, end_time, timezone }: RangeParameters): TimeWindow {
  // Whole microseconds at or after both ends are in the range if and only if they are between the ends.
  const from = roundInstant(readInstant('start_time', start_time, timezone), 'ceil');
  const to = roundInstant(readInstant('end_time', end_time, timezone), 'ceil');
  if (Temporal.Instant.compare(from, to) >= 0) {
    throw new ProblemError(422, 'empty range', [
      { parameter: 'end_time', message: 'must be later than start_time; the end is exclusive' },
    ]);
  }
  return { from, to };
}

/** RFC 3339: in UTC with `Z`, in any other zone with its offset. */
export function writeInstant(instant: Temporal.Instant, timezone: string): string {
  if (timezone === 'UTC') return instant.toString();
  return instant.toZonedDateTimeISO(timezone).toString({ timeZoneName: 'never' });
}
