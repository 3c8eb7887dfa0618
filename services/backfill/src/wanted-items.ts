import {
  AREAS,
  type Area,
  areaTimezone,
  type Dataset,
  publishedPart,
  type TimeWindow,
} from '@energy-data-service/domain';
import { ALL, type AreaChoice } from './chosen-names.ts';
import { readTimeBound } from './time-bound.ts';
import { UsageError } from './usage-error.ts';

/** A dataset of an area, and the time that is wanted of it. */
export interface WantedItem {
  readonly dataset: Dataset;
  readonly area: Area;
  readonly wanted: TimeWindow;
}

/** A dataset of an area that was named and cannot be asked for. */
export interface LeftOut {
  readonly dataset: Dataset;
  readonly area: Area;
  readonly reason: string;
}

/** What a backfill is asked for, as it stands on the command line. */
export interface Wish {
  readonly datasets: readonly Dataset[];
  readonly areas: AreaChoice;
  /** Inclusive. */
  readonly from: string;
  /** Exclusive; null is the beginning of the current hour, so that a command that is repeated asks the same. */
  readonly to: string | null;
}

/** Longer than the platform's history. */
const MAX_YEARS = 20;

/**
 * Every dataset of every area that it is published for, within the time for which the area exists.
 *
 * @throws {UsageError} if a bound is malformed, or the range is empty or too long
 */
export function wantedItems(
  { datasets, areas, from, to }: Wish,
  now: Temporal.Instant,
): { items: WantedItem[]; leftOut: LeftOut[] } {
  const items: WantedItem[] = [];
  const leftOut: LeftOut[] = [];
  for (const dataset of datasets) {
    for (const area of areas === ALL ? AREAS : areas) {
      const window = readWindow(from, to, areaTimezone(area.eic), now);
      const published = publishedPart(dataset, area, window);
      if ('part' in published) items.push({ dataset, area, wanted: published.part });
      else leftOut.push({ dataset, area, reason: published.reason });
    }
  }
  return { items, leftOut: areas === ALL ? [] : leftOut };
}

function readWindow(
  fromText: string,
  toText: string | null,
  timezone: string,
  now: Temporal.Instant,
): TimeWindow {
  const from = readTimeBound('--from', fromText, timezone);
  const to =
    toText === null
      ? now.round({ smallestUnit: 'hour', roundingMode: 'floor' })
      : readTimeBound('--to', toText, timezone);
  if (toText === null && Temporal.Instant.compare(from, now) > 0) {
    throw new UsageError('--from is in the future: what lies there needs a --to');
  }
  if (toText === null && Temporal.Instant.compare(from, to) >= 0) {
    throw new UsageError(
      '--from must be before the beginning of this hour, where the range ends without --to',
    );
  }
  if (Temporal.Instant.compare(from, to) >= 0) {
    throw new UsageError('--to must be later than --from; the end is exclusive');
  }
  const longest = from.toZonedDateTimeISO('UTC').add({ years: MAX_YEARS }).toInstant();
  if (Temporal.Instant.compare(to, longest) > 0) {
    throw new UsageError(`--to may be at most ${MAX_YEARS} years after --from`);
  }
  return { from, to };
}
