import {
  CENTRAL_EUROPEAN_TIME,
  DocumentError,
  type DocumentPlace,
  parseResolution,
} from '@energy-data-service/domain';
import type { Period } from './period.ts';
import type { StepBudget } from './step-budget.ts';

/** The steps that a Period is cut into. Step 0 is position 1. */
export type Steps = FixedSteps | CalendarSteps;

export interface FixedSteps {
  readonly kind: 'fixed';
  /** In its usual spelling. */
  readonly resolution: string;
  readonly count: number;
  /** What is wrong with the Period's length, for a person; null if its steps fit. */
  readonly fault: string | null;
  /** Start of the first step, milliseconds since the epoch. */
  readonly startMs: number;
  readonly stepMs: number;
}

export interface CalendarSteps {
  readonly kind: 'calendar';
  /** In its usual spelling. */
  readonly resolution: string;
  readonly count: number;
  readonly fault: string | null;
  /** Starts of the steps, milliseconds since the epoch. */
  readonly startsMs: readonly number[];
  /** End of the last step (exclusive), milliseconds since the epoch. */
  readonly endMs: number;
}

/**
 * Cuts a Period into its steps.
 *
 * Steps of days, months and years are cut in the area's zone or, if they do not fit the Period there, in Central
 * European time or UTC, if the Period starts at midnight there and they fit. A Period shorter than its step has
 * one: of the calendar, as long as the Period, which the platform writes; of a fixed length, a whole one, which
 * reaches beyond the Period and is a fault. Of a longer one that ends within a step, the begun step is left out, as
 * its value would reach beyond the Period.
 *
 * @param timezone - of the area
 * @throws {DocumentError} for an interval or a resolution that is none, and for more steps than the budget has
 */
export function cutSteps(period: Period, timezone: string, budget: StepBudget, place: DocumentPlace): Steps {
  const start = parseInstant(period.start, place);
  const end = parseInstant(period.end, place);
  const resolution = parseResolution(period.resolution);
  if (resolution === undefined) {
    throw new DocumentError('resolution is not a duration', { ...place, resolution: period.resolution });
  }
  const lengthMs = end.epochMilliseconds - start.epochMilliseconds;
  if (lengthMs <= 0) {
    throw new DocumentError('Period does not end after it starts', {
      ...place,
      start: period.start,
      end: period.end,
    });
  }

  if (resolution.kind === 'fixed') {
    const { stepMs } = resolution;
    const count = Math.max(1, Math.floor(lengthMs / stepMs));
    budget.spend('fixed', count, place);
    const fault =
      lengthMs < stepMs
        ? `shorter than its step of ${period.resolution}; taken for one`
        : lengthMs > count * stepMs
          ? endsWithinStep(period)
          : null;
    const startMs = start.epochMilliseconds;
    return { kind: 'fixed', resolution: resolution.text, count, fault, startMs, stepMs };
  }

  const cut = cutCalendar(start, end, resolution.duration, timezone);
  const count = Math.max(1, cut.count);
  budget.spend('calendar', count, place);
  const startsMs = Array.from({ length: count }, (_, step) => cut.startMs(step));
  return {
    kind: 'calendar',
    resolution: resolution.text,
    count,
    fault: !cut.exact && cut.count > 0 ? endsWithinStep(period) : null,
    startsMs,
    endMs: cut.count > 0 ? cut.startMs(count) : end.epochMilliseconds,
  };
}

function endsWithinStep({ resolution }: Period): string {
  return `ends within a step of ${resolution}; that step is left out`;
}

interface CalendarCut {
  /** Whole steps in the Period. */
  readonly count: number;
  /** The last step ends with the Period. */
  readonly exact: boolean;
  readonly startsAtMidnight: boolean;
  startMs(step: number): number;
}

/**
 * Cuts in the first zone in which the Period starts at midnight and the steps fit exactly, else in the area's own.
 * The steps of another zone may fit by chance: three days that are 71 hours long in the area's are 72 in UTC.
 */
function cutCalendar(
  start: Temporal.Instant,
  end: Temporal.Instant,
  duration: Temporal.Duration,
  timezone: string,
): CalendarCut {
  const own = cutInZone(start, end, duration, timezone);
  if (own.exact && own.startsAtMidnight) return own;
  const others = [CENTRAL_EUROPEAN_TIME, 'UTC'].map((zone) => cutInZone(start, end, duration, zone));
  return others.find(({ exact, startsAtMidnight }) => exact && startsAtMidnight) ?? own;
}

function cutInZone(
  start: Temporal.Instant,
  end: Temporal.Instant,
  duration: Temporal.Duration,
  timezone: string,
): CalendarCut {
  const first = start.toZonedDateTimeISO(timezone);
  const months = duration.years * 12 + duration.months;
  const unit = months > 0 ? 'months' : 'days';
  const size = months > 0 ? months : duration.weeks * 7 + duration.days;
  const units = first.until(end.toZonedDateTimeISO(timezone), { largestUnit: unit })[unit];
  const startMs = (step: number) => first.add({ [unit]: step * size }).epochMilliseconds;
  const whole = Math.floor(units / size);
  // From 31 January to 29 February `until` counts 29 days and no month, but a month after the one is the other.
  const count = startMs(whole + 1) <= end.epochMilliseconds ? whole + 1 : whole;
  return {
    count,
    startMs,
    exact: count > 0 && startMs(count) === end.epochMilliseconds,
    startsAtMidnight: first.equals(first.startOfDay()),
  };
}

/** Whatever the platform ever published or forecast lies between; PostgreSQL knows no year 0. */
const EARLIEST = Temporal.Instant.from('1900-01-01T00:00Z');
const LATEST = Temporal.Instant.from('2200-01-01T00:00Z');

function parseInstant(text: string, place: DocumentPlace): Temporal.Instant {
  const instant = readInstant(text);
  if (
    instant === null ||
    Temporal.Instant.compare(instant, EARLIEST) < 0 ||
    Temporal.Instant.compare(instant, LATEST) > 0
  ) {
    throw new DocumentError('time is not an instant', { ...place, time: text });
  }
  // What is stored in milliseconds must not move.
  if (instant.epochNanoseconds % 1_000_000n !== 0n) {
    throw new DocumentError('time is finer than a millisecond', { ...place, time: text });
  }
  return instant;
}

function readInstant(text: string): Temporal.Instant | null {
  // Temporal also reads annotations, other separators and second 60, none of which the platform writes.
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text))
    return null;
  try {
    return Temporal.Instant.from(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
