import type { Fragment } from 'postgres';
import type { Sql } from '../connect.ts';
import { instantElements, instantText } from './instant-text.ts';
import { createPageReader, type Page, type PageColumns, type PointWindow } from './point-page.ts';
import type { StoredSeries } from './series.ts';

/** A year of quarter hours and its leap day fit. With the bytes of a point this bounds the memory of an answer. */
const PAGE_POINTS = 40_000;

/** Which points of a series are read, and how they are written. */
export interface PointSelection extends PointWindow {
  /** IANA name of the zone in which instants are written. */
  readonly timezone: string;
}

/** A piece of text about one series. */
export interface SeriesText {
  readonly seriesId: number;
  readonly text: string;
}

export type PointReader = ReturnType<typeof createPointReader>;

/**
 * Reads points as text that the server has shaped, in ascending order, however many there are: only one page
 * is in memory at a time, and nothing is read before it is asked for.
 */
export function createPointReader(sql: Sql, { pagePoints = PAGE_POINTS }: { pagePoints?: number } = {}) {
  const pages = createPageReader(sql, pagePoints);

  return {
    /**
     * Members of a JSON object for every series that has points: `"timestamps":[…],"values":[…]`, and with
     * provenance `"known_at":[…],"raw_payload_id":[…]`. The pieces of one series follow each other.
     *
     * @throws {Error} if a series of more than one page gets an instant in between while it is read
     */
    async *jsonMembers(
      series: readonly StoredSeries[],
      selection: PointSelection,
    ): AsyncGenerator<SeriesText> {
      const arrays = jsonArrays(sql, selection);
      for (const seriesIds of pages.batches(series, selection)) {
        for (const first of await pages.firstPages(seriesIds, selection, arrays)) {
          yield* membersOfSeries(first, selection, arrays);
        }
      }
    },

    /**
     * Lines of a CSV file for every series that has points, without the fields of the series: `timestamp,value`,
     * and with provenance `timestamp,value,known_at,raw_payload_id`. Lines are separated by CR LF.
     */
    async *csvLines(series: readonly StoredSeries[], selection: PointSelection): AsyncGenerator<SeriesText> {
      const columns = { lines: csvLine(sql, selection) };
      for (const seriesIds of pages.batches(series, selection)) {
        for (const first of await pages.firstPages(seriesIds, selection, columns)) {
          yield piece(first, `${first.texts.lines}`);
          for await (const page of pages.pagesAfter(first, selection, columns)) {
            yield piece(page, `${page.texts.lines}`);
          }
        }
      }
    },
  };

  /** Array after array. A series of one page, which most are, has been read whole with the first one. */
  async function* membersOfSeries(
    first: Page,
    selection: PointSelection,
    { timestamps, ...others }: JsonArrays,
  ): AsyncGenerator<SeriesText> {
    const following: Page[] = [];
    yield piece(first, `"timestamps":[${first.texts.timestamps}`);
    for await (const page of pages.pagesAfter(first, selection, { timestamps })) {
      yield piece(page, `,${page.texts.timestamps}`);
      following.push({ ...page, texts: {} });
    }
    for (const [name, elements] of Object.entries(others)) {
      yield piece(first, `],"${name}":[${first.texts[name]}`);
      for (const page of following) {
        const { texts } = await pages.again(page, selection, { [name]: elements });
        yield piece(page, `,${texts[name]}`);
      }
    }
    yield piece(first, ']');
  }
}

/** The arrays of a series, and the SQL of their elements. */
type JsonArrays = PageColumns & { readonly timestamps: Fragment };

function piece({ seriesId }: Page, text: string): SeriesText {
  return { seriesId, text };
}

function jsonArrays(sql: Sql, { timezone, provenance }: PointSelection): JsonArrays {
  const arrays = {
    timestamps: instantElements(sql, 'starts_at', timezone),
    values: sql`string_agg(coalesce(value::text, 'null'), ',')`,
  };
  if (!provenance) return arrays;
  return {
    ...arrays,
    known_at: instantElements(sql, 'known_at', timezone),
    raw_payload_id: sql`string_agg(raw_payload_id::text, ',')`,
  };
}

function csvLine(sql: Sql, { timezone, provenance }: PointSelection): Fragment {
  const origin = provenance
    ? sql`|| ',' || ${instantText(sql, 'known_at', timezone)} || ',' || raw_payload_id`
    : sql``;
  return sql`string_agg(
    ${instantText(sql, 'starts_at', timezone)} || ',' || coalesce(value::text, '') ${origin}, E'\r\n')`;
}
