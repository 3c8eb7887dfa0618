import type { CollectRequest, TimeWindow } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';

/** What the ledger knows of a dataset of an area (or border) within a window. */
export interface Completeness {
  readonly request: CollectRequest;
  /** Milliseconds of the window that were answered with data. */
  readonly collectedMs: number;
  /** Milliseconds of the window for which the source says that it has nothing. */
  readonly notPublishedMs: number;
  /** What has not been answered, ascending. */
  readonly missing: readonly TimeWindow[];
}

export type CompletenessReader = ReturnType<typeof createCompletenessReader>;

export function createCompletenessReader(sql: Sql) {
  return {
    /** In the order of the requests; what was never asked for is missing as a whole. */
    async find(requests: readonly CollectRequest[]): Promise<Completeness[]> {
      const rows = await sql<(GapRow & { place: number; collectedMs: number; notPublishedMs: number })[]>`
        with wanted as (
          select place, source, dataset, area, counter_area, tstzmultirange(tstzrange(wanted_from, wanted_to)) as span
          from unnest(
            ${requests.map(({ source }) => source)}::text[],
            ${requests.map(({ dataset }) => dataset)}::text[],
            ${requests.map(({ area }) => area)}::text[],
            ${requests.map(({ counterArea }) => counterArea)}::text[],
            ${requests.map(({ window }) => window.from.toString())}::text[]::timestamptz[],
            ${requests.map(({ window }) => window.to.toString())}::text[]::timestamptz[]
          ) with ordinality as request (source, dataset, area, counter_area, wanted_from, wanted_to, place)
        ),
        answered as (
          select place, span,
            span * coalesce(collected, '{}') as collected, span * coalesce(not_published, '{}') as not_published
          from wanted
          left join coverage on coverage.source = wanted.source and coverage.dataset = wanted.dataset
            and coverage.area = wanted.area and coverage.counter_area is not distinct from wanted.counter_area
        )
        select place::integer, ${milliseconds('collected')} as "collectedMs",
          ${milliseconds('not_published')} as "notPublishedMs", lower(gap) as "from", upper(gap) as "to"
        from answered
        left join lateral unnest(span - collected - not_published) as gap on true
        order by place, gap`;
      const byPlace = Map.groupBy(rows, ({ place }) => place);
      return requests.map((request, i) => {
        const ofRequest = byPlace.get(i + 1) ?? [];
        const [first] = ofRequest;
        if (first === undefined) throw new Error('the ledger returned no row for a request');
        return {
          request,
          collectedMs: first.collectedMs,
          notPublishedMs: first.notPublishedMs,
          missing: ofRequest.flatMap(({ from, to }) => (from === null || to === null ? [] : [{ from, to }])),
        };
      });
    },
  };

  /** SQL for the length of a multirange. */
  function milliseconds(column: string) {
    return sql`(
      select coalesce(sum(extract(epoch from upper(part) - lower(part))) * 1000, 0)::bigint
      from unnest(${sql(column)}) as part
    )`;
  }
}

interface GapRow {
  readonly from: Temporal.Instant | null;
  readonly to: Temporal.Instant | null;
}
