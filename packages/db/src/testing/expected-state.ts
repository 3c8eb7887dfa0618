import type { Value } from '@energy-data-service/domain';
import { coverageOf, historiesOf, knownAt, type ModelAnswer, type ModelValue } from './model.ts';

/** Everything that the database keeps of answers once they are processed, in an order of its own. */
export interface State {
  /** What `point` and `point_revision` hold together. */
  readonly known: readonly KnownRow[];
  readonly series: readonly SeriesRow[];
  readonly coverage: readonly CoverageRow[];
}

export interface KnownRow extends ModelValue {
  /** See `seriesKeyText`. */
  readonly series: string;
  readonly startsAtMs: number;
}

interface SeriesRow {
  readonly series: string;
  readonly firstStartsAtMs: number | null;
  readonly lastStartsAtMs: number | null;
  readonly pointCount: number;
}

interface CoverageRow {
  readonly area: string;
  /** Starts of quarters of an hour, ascending, milliseconds since the epoch. */
  readonly answered: readonly number[];
  readonly collected: readonly number[];
  readonly notPublished: readonly number[];
  readonly lastAskedAtUs: number;
  readonly lastOutcome: string;
}

/** A value as a reader gets it, with what it is told of its origin. */
export type SeenRow = Omit<KnownRow, 'knownUntilUs'>;

/** What the database holds when exactly these answers have been processed. */
export function expectedState(answers: readonly ModelAnswer[]): State {
  const histories = historiesOf(answers);
  return sorted({
    known: [...histories].flatMap(([series, instants]) =>
      [...instants].flatMap(([startsAtMs, values]) =>
        values.map((value) => ({ series, startsAtMs, ...value })),
      ),
    ),
    series: [...histories].map(([series, instants]) => ({
      series,
      firstStartsAtMs: instants.size === 0 ? null : Math.min(...instants.keys()),
      lastStartsAtMs: instants.size === 0 ? null : Math.max(...instants.keys()),
      pointCount: instants.size,
    })),
    coverage: [...coverageOf(answers)].map(([area, { answered, collected, notPublished, ...last }]) => ({
      area,
      answered: [...answered].sort((a, b) => a - b),
      collected: [...collected].sort((a, b) => a - b),
      notPublished: [...notPublished].sort((a, b) => a - b),
      ...last,
    })),
  });
}

/** What a reader sees of these answers as of an instant (microseconds since the epoch); null for now. */
export function expectedAsOf(answers: readonly ModelAnswer[], asOfUs: number | null): SeenRow[] {
  const seen = [...historiesOf(answers)].flatMap(([series, instants]) =>
    [...instants].flatMap(([startsAtMs, values]) => {
      const known = asOfUs === null ? values.at(-1) : knownAt(values, asOfUs);
      if (known === undefined) return [];
      const { value, knownAtUs, rawPayloadId } = known;
      return [{ series, startsAtMs, value, knownAtUs, rawPayloadId }];
    }),
  );
  return seen.sort(bySeriesAndTime);
}

/** The same state in the order that `expectedState` gives. */
export function sorted({ known, series, coverage }: State): State {
  return {
    known: known.toSorted(bySeriesAndTime),
    series: series.toSorted((a, b) => compareTexts(a.series, b.series)),
    coverage: coverage.toSorted((a, b) => compareTexts(a.area, b.area)),
  };
}

/** By series, then by the instant that a value is of, then by when it became known. */
export function bySeriesAndTime(a: SeenRow, b: SeenRow): number {
  return compareTexts(a.series, b.series) || a.startsAtMs - b.startsAtMs || a.knownAtUs - b.knownAtUs;
}

/**
 * Values without the zeros that do not count, `7146` for `7146.0`: which digits a number is kept with may depend on
 * the order of processing, which number it is may not.
 */
export function asNumbers<Row extends { readonly value: Value }>(rows: readonly Row[]): Row[] {
  return rows.map((row) => ({
    ...row,
    value: row.value?.includes('.') ? row.value.replace(/\.?0+$/, '') : row.value,
  }));
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
