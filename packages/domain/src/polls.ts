import { areaTimezone } from './areas.ts';
import type { Dataset, Poll } from './dataset.ts';
import { calendarWindow } from './market-time.ts';
import { splitWindow, type TimeWindow } from './time-window.ts';

/** A window that a poll wants asked for again once `everyMinutes` have passed since it was last asked for. */
export interface WantedWindow {
  readonly dataset: Dataset;
  /** EIC */
  readonly area: string;
  readonly poll: Poll;
  readonly window: TimeWindow;
}

/**
 * The windows that keep a dataset of an area current at `now`. They are cut at the area's calendar days, so
 * that a poll asks the same question until the day changes and equal answers can be told.
 *
 * @param maxWindowDays - longest window known to be accepted
 */
export function wantedWindows(
  dataset: Dataset,
  area: string,
  now: Temporal.Instant,
  maxWindowDays: number = dataset.maxWindowDays,
): WantedWindow[] {
  const timezone = areaTimezone(area);
  return dataset.polls.flatMap((poll) =>
    splitWindow(calendarWindow(poll.unit, poll.first, poll.last, now, timezone), maxWindowDays).map(
      (window) => ({ dataset, area, poll, window }),
    ),
  );
}
