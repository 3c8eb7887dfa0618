import type { TimeWindow } from '@energy-data-service/domain';
import type { Fragment } from 'postgres';
import type { Sql } from '../connect.ts';
import { expectedPoints } from './expected-points.ts';
import type { StoredSeries } from './series.ts';

/** Which points of a series are read. */
export interface PointWindow extends TimeWindow {
  /** Reads the values that were known at this instant; null reads the current ones. */
  readonly asOf: Temporal.Instant | null;
  /** Whether it matters since when a value has been known, and which raw payload it came from. */
  readonly provenance: boolean;
}

/** SQL of an aggregate over `starts_at`, `value`, `known_at` and `raw_payload_id` that gives a text, by name. */
export type PageColumns = Readonly<Record<string, Fragment>>;

/** A stretch of one series, as one statement found it. */
export interface Page {
  readonly seriesId: number;
  /** Instant of the first and of the last point that it may hold, both inclusive. */
  readonly from: Temporal.Instant;
  readonly last: Temporal.Instant;
  readonly count: number;
  /** Sum of the ids of the payloads that the points came from: tells a value that was replaced. */
  readonly payloads: string | null;
  /** One text per column that was asked for, by its name. */
  readonly texts: Readonly<Record<string, string>>;
}

export type PageReader = ReturnType<typeof createPageReader>;

/**
 * Reads the points of series page by page. Every page is a statement of its own: between two pages no
 * connection, transaction or snapshot is held, so that a reader may be as slow as it likes.
 *
 * @param pagePoints - points of one series that one statement reads at most
 */
export function createPageReader(sql: Sql, pagePoints: number) {
  /** The first page of each series that has points in the window, in the order of the ids. */
  async function firstPages(
    seriesIds: readonly number[],
    { from, to, asOf, provenance }: PointWindow,
    columns: PageColumns,
  ): Promise<Page[]> {
    // Columns and not an array of them: the driver reads arrays letter by letter.
    const texts = Object.entries(columns).map(([name, text]) => sql`, ${text} as ${sql(name)}`);
    const pages = await sql`
      select wanted.id as "seriesId", page.*
      from unnest(${seriesIds}::integer[]) with ordinality as wanted (id, place)
      cross join lateral (
        select max(starts_at) as last, count(*)::integer as count,
          ${provenance ? sql`sum(raw_payload_id)::text` : sql`null`} as payloads ${texts}
        from (
          select starts_at, value, known_at, raw_payload_id
          from (
            select starts_at, value, known_at, raw_payload_id
            from point
            where series_id = wanted.id and starts_at >= ${from} and starts_at < ${to}
              ${asOf === null ? sql`` : knownAt(asOf, { from, to })}
          ) as known
          order by starts_at
          limit ${pagePoints}
        ) as stretch
      ) as page
      where page.count > 0
      order by wanted.place`;
    return pages.map(({ seriesId, last, count, payloads, ...rest }) => ({
      seriesId,
      from,
      last,
      count,
      payloads,
      texts: rest,
    }));
  }

  /** Leaves out what came later than `asOf`, and adds what it replaced. */
  function knownAt(asOf: Temporal.Instant, { from, to }: TimeWindow): Fragment {
    return sql`
      and known_at <= ${asOf}
      union all
      select starts_at, value, known_at, raw_payload_id
      from point_revision
      where series_id = wanted.id and starts_at >= ${from} and starts_at < ${to}
        and known_at <= ${asOf} and known_until > ${asOf}`;
  }

  return {
    firstPages,

    /** The pages of a series that follow its first one. */
    async *pagesAfter(first: Page, window: PointWindow, columns: PageColumns): AsyncGenerator<Page> {
      let page = first;
      while (page.count === pagePoints) {
        const rest = { ...window, from: page.last.add(ONE_TICK) };
        const [next] = await firstPages([page.seriesId], rest, columns);
        if (next === undefined) return;
        page = next;
        yield page;
      }
    },

    /**
     * Other columns of a page that has been read before.
     *
     * @throws {Error} if it has other instants now, or, where provenance matters, other values
     */
    async again(page: Page, window: PointWindow, columns: PageColumns): Promise<Page> {
      const stretch = { ...window, from: page.from, to: page.last.add(ONE_TICK) };
      const [same] = await firstPages([page.seriesId], stretch, columns);
      if (same?.count !== page.count || !same.last.equals(page.last) || same.payloads !== page.payloads) {
        throw new Error('series changed while it was read');
      }
      return same;
    },

    /** Groups series so that the first pages of a group hold about one full page of points together. */
    *batches(series: readonly StoredSeries[], window: TimeWindow): Generator<number[]> {
      let batch: number[] = [];
      let points = 0;
      for (const one of series) {
        const expected = Math.min(expectedPoints(one, window), pagePoints);
        if (batch.length > 0 && points + expected > pagePoints) {
          yield batch;
          batch = [];
          points = 0;
        }
        batch.push(one.id);
        points += expected;
      }
      if (batch.length > 0) yield batch;
    },
  };
}

/** The distance between two neighbouring instants of the server. */
const ONE_TICK = { microseconds: 1 };
