import type { ItemFacts } from '@energy-data-service/db';
import { areaTimezone, type Dataset, type Poll, startOf } from '@energy-data-service/domain';

/**
 * How current a dataset of an area is:
 *
 * - `current`: asked for in time, and the values reach as far as they should
 * - `behind`: asked for in time, and the source has published nothing newer
 * - `late`: the scheduler's newest window has not been answered for two polls
 * - `failing`: it has failed for good, until its next poll
 * - `awaited`: asked for, and the answer is not late yet
 * - `unpublished`: asked for in time, and the source never had a value
 * - `unscheduled`: nobody keeps it current; it was collected on request, or is not in the settings any more
 */
export const FRESHNESS = [
  'current',
  'behind',
  'late',
  'failing',
  'awaited',
  'unpublished',
  'unscheduled',
] as const;
export type Freshness = (typeof FRESHNESS)[number];

/** One that is missed may be a retry that takes its time. */
const LATE_AFTER_POLLS = 2;

/** A live poll comes round about six times between two publications. Six of those may be missing: many publish late. */
const BEHIND_AFTER_POLLS = 36;

interface Moment {
  readonly now: Temporal.Instant;
  /** When a scheduler last completed a round; null if none ever did. */
  readonly lastRoundAt: Temporal.Instant | null;
}

/** @param dataset - undefined if this release does not know it */
export function judgeFreshness(
  { area, lastStartsAt, lastAskedAt, poll }: ItemFacts,
  dataset: Dataset | undefined,
  { now, lastRoundAt }: Moment,
): Freshness {
  const rhythm = dataset && livePoll(dataset);
  if (dataset === undefined || rhythm === undefined || poll === null) return 'unscheduled';
  const lateAfter = { minutes: LATE_AFTER_POLLS * rhythm.everyMinutes };
  const isOpen = poll.status === 'pending' || poll.status === 'fetched';
  // What was due in the last round was opened in it: a scheduler that stands still takes nothing off the list.
  if (!isOpen && isBefore(poll.requestedAt.add(lateAfter), lastRoundAt ?? now)) return 'unscheduled';
  if (poll.status === 'failed') return 'failing';
  if (isBefore(poll.requestedAt.add(lateAfter), now)) return 'late';
  if (lastAskedAt === null || isBefore(lastAskedAt.add(lateAfter), now)) return 'awaited';
  if (lastStartsAt === null) return 'unpublished';
  return isBefore(lastStartsAt, behindBefore(rhythm, area, now)) ? 'behind' : 'current';
}

/**
 * The instant that the last stored point of a dataset may not start before; null if nothing keeps it current.
 *
 * A live poll that wants more than the present day, week, month or year is a forecast's: the forecast of the present one
 * must be there, which was due before it began. Any other is of what has happened: it may lag by 36 polls.
 *
 * @param area - EIC
 */
export function staleBefore(dataset: Dataset, area: string, now: Temporal.Instant): Temporal.Instant | null {
  const rhythm = livePoll(dataset);
  return rhythm === undefined ? null : behindBefore(rhythm, area, now);
}

function behindBefore({ unit, last, everyMinutes }: Poll, area: string, now: Temporal.Instant) {
  return last > 1
    ? startOf(unit, now, areaTimezone(area))
    : now.subtract({ minutes: BEHIND_AFTER_POLLS * everyMinutes });
}

function livePoll({ polls }: Dataset): Poll | undefined {
  return polls.find(({ priority }) => priority === 'live');
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0;
}
