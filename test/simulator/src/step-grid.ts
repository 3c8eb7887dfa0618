import { startOf, type TimeWindow } from '@energy-data-service/domain';
import type { LoadArea } from './load-areas.ts';
import type { LoadItem } from './load-items.ts';

/** Consecutive steps of one length. */
export interface Steps {
  /** ISO 8601 duration, as published. */
  readonly resolution: string;
  /** Starts of the steps in milliseconds, and last the end of the last step. */
  readonly boundsMs: readonly number[];
}

/**
 * The item's steps that overlap the window: market time units on the UTC clock, or days, weeks and years on the
 * calendar of the area. A window that begins or ends within a step gets the whole step.
 */
export function stepsOverlapping(item: LoadItem, area: LoadArea, window: TimeWindow): Steps {
  if (item.step === 'market-time-unit') {
    return {
      resolution: `PT${area.resolutionMinutes}M`,
      boundsMs: fixedBounds(area.resolutionMinutes * 60_000, window),
    };
  }
  return {
    resolution: { day: 'P1D', week: 'P7D', year: 'P1Y' }[item.step],
    boundsMs: calendarBounds(item.step, area.timezone, window),
  };
}

function fixedBounds(stepMs: number, { from, to }: TimeWindow): number[] {
  const first = Math.floor(from.epochMilliseconds / stepMs);
  const last = Math.ceil(to.epochMilliseconds / stepMs);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * stepMs);
}

function calendarBounds(unit: 'day' | 'week' | 'year', timezone: string, { from, to }: TimeWindow): number[] {
  const bounds: number[] = [];
  let date = startOf(unit, from, timezone).toZonedDateTimeISO(timezone).toPlainDate();
  for (;;) {
    const bound = date.toZonedDateTime(timezone).epochMilliseconds;
    bounds.push(bound);
    if (bound >= to.epochMilliseconds) return bounds;
    date = date.add({ [`${unit}s`]: 1 });
  }
}
