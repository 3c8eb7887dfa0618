import type { TimeWindow } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { expectedPoints } from './expected-points.ts';
import { instantText } from './instant-text.ts';
import type { StoredSeries } from './series.ts';

/** Points read by one statement: a year of quarter hours and its leap day fit. Bounds the memory of an answer. */
const PAGE_POINTS = 40_000;

/** Which points of a series are read, and how they are written. */
export interface PointSelection extends TimeWindow {
  /** Reads the values that were known at this instant; null reads the current ones. */
  readonly asOf: Temporal.Instant | null;
  /** IANA name of the zone in which timestamps are written. */
  readonly timezone: string;
  /** Adds since when each value has been known, and the id of the raw payload that it came from. */
  readonly provenance: boolean;
}

/** A piece of text about one series. */
export interface SeriesText {
  readonly seriesId: number;
  readonly text: string;
}

type Column = 'timestamps' | 'values' | 'known_at' | 'raw_payload_id';

/** A stretch of one series as one statement found it. */
interface Page {
  readonly seriesId: number;
  readonly count: number;
  readonly last: Temporal.Instant;
  /** Differs when the points of the stretch do. */
  readonly fingerprint: string;
}

export type PointReader = ReturnType<typeof createPointReader>;

/**
 * Reads points as text that the server has shaped, page by page, however many there are.
 *
 * Every page is a statement of its own: between two pages no connection, no transaction and no snapshot is
 * held, so that a slow reader costs others nothing. What has to fit together is checked, see `textOfStretch`.
 */
export function createPointReader(sql: Sql, { pagePoints = PAGE_POINTS }: { pagePoints?: number } = {}) {
  return {
    /**
     * Members of a JSON object for every series that has points: `"timestamps":[…],"values":[…]`, and with
     * provenance `"known_at":[…],"raw_payload_id":[…]`. The pieces of one series follow each other.
     *
     * @throws {Error} if a series of more than one page changes while it is read
     */
    async *jsonMembers(
      series: readonly StoredSeries[],
      selection: PointSelection,
    ): AsyncGenerator<SeriesText> {
      const columns: Column[] = selection.provenance
        ? ['timestamps', 'values', 'known_at', 'raw_payload_id']
        : ['timestamps', 'values'];
      for (const seriesIds of batches(series, selection, pagePoints)) {
        for (const page of await readPages<Record<Column, string>>(seriesIds, selection, columnTexts(columns))) {
          for await (const text of members(page, columns, selection)) yield { seriesId: page.seriesId, text };
        }
      }
    },

    /**
     * Lines of a CSV file for every series that has points, without the fields of the series: `timestamp,value`,
     * and with provenance `,known_at,raw_payload_id`. Lines are separated, not ended, by CR LF.
     */
    async *csvLines(series: readonly StoredSeries[], selection: PointSelection): AsyncGenerator<SeriesText> {
      const line = sql`
        ${instantText(sql, 'starts_at', selection.timezone)} || ',' || coalesce(value::text, '')
        ${selection.provenance ? sql`|| ',' || ${instantText(sql, 'known_at', selection.timezone)} || ',' || raw_payload_id` : sql``}`;
      const text = sql`string_agg(${line}, E'\r\n') as text`;
      for (const seriesIds of batches(series, selection, pagePoints)) {
        for (const first of await readPages<{ text: string }>(seriesIds, selection, text)) {
          yield first;
          for await (const page of pagesAfter<{ text: string }>(first, selection, text)) yield page;
        }
      }
    },
  };

  /** The members of one series, of which the first page has been read. */
  async function* members(
    first: Page & Record<Column, string>,
    columns: readonly Column[],
    selection: PointSelection,
  ): AsyncGenerator<string> {
    const stretches: { window: TimeWindow; fingerprint: string }[] = [];
    for (const [i, column] of columns.entries()) {
      yield `${i === 0 ? '' : ','}"${column}":[${first[column]}`;
      if (i === 0) {
        let { last } = first;
        for await (const page of pagesAfter<Record<Column, string>>(first, selection, columnTexts([column]))) {
          yield `,${page[column]}`;
          stretches.push({
            window: { from: justAfter(last), to: justAfter(page.last) },
            fingerprint: page.fingerprint,
          });
          last = page.last;
        }
      } else {
        for (const { window, fingerprint } of stretches) {
          yield `,${await textOfStretch(first.seriesId, column, { ...selection, ...window }, fingerprint)}`;
        }
      }
      yield ']';
    }

    function columnTexts_(): never {
      throw new Error();
    }
  }
}
