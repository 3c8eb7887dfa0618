import type { AreaKind } from './areas.ts';
import type { CalendarUnit } from './market-time.ts';

/** An item that a source publishes: what the catalogue shows, and when to ask for it. */
export interface Dataset {
  /** Stable, kebab-case: `actual-total-load`. */
  readonly id: string;
  readonly source: string;
  readonly title: string;
  /** Article of the regulation: `6.1.A`. */
  readonly article: string;
  readonly regulation: string;
  /** Family of items: `load`. */
  readonly group: string;
  /** The item's name in the flat read of load data (`actual`, `day_ahead` …); null outside load. */
  readonly dataType: string | null;
  /** Unit of measure as published, and what it measures; decides how values are resampled. */
  readonly unit: { readonly name: string; readonly kind: 'power' | 'energy' | 'price' | 'amount' | 'ratio' };
  /** ISO 8601 durations seen in answers. */
  readonly resolutions: readonly string[];
  readonly licence: string;
  /** Kinds of area that the item is published for. */
  readonly areaKinds: readonly AreaKind[];
  /** Whether a request names a border instead of an area. */
  readonly border: boolean;
  /** Longest time window to ask for at first, in days of 24 hours; a refusal may lower it. */
  readonly maxWindowDays: number;
  /** What to ask for, and how often, in order to stay current. */
  readonly polls: readonly Poll[];
}

/**
 * A window of whole calendar units around now that is asked for again and again: the newest values often
 * (`live`), the recent past more rarely, for corrections that the source makes without saying so (`heal`).
 */
export interface Poll {
  readonly priority: Priority;
  readonly everyMinutes: number;
  /** Calendar unit of the area's time zone in which the window is measured. */
  readonly unit: CalendarUnit;
  /** First unit relative to the current one, inclusive: -3 begins three units ago. */
  readonly first: number;
  /** Last unit relative to the current one, exclusive: 1 ends with the current one, 2 with the next. */
  readonly last: number;
}

/** Which work goes first: live data before healing, healing before history. */
export const PRIORITIES = ['live', 'heal', 'backfill'] as const;
export type Priority = (typeof PRIORITIES)[number];
