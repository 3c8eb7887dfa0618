import type { CollectRequest, TimeWindow } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { requestRows } from '../request-row.ts';

/** What the ledger knows of a dataset of an area (or border) within a window. */
export interface Completeness {
  readonly request: CollectRequest;
  /** Milliseconds of the window that were answered with data. */
  readonly collectedMs: number;
  /** Milliseconds of the window for which the source says that it has nothing. */
  readonly notPublishedMs: number;
  /** What has not been answered, ascending. */
  readonly missing: readonly TimeWindow[];
  /** What has been answered so early that more may still come: of the future, or younger than 30 days; ascending. */
  readonly awaited: readonly TimeWindow[];
}

export type CompletenessReader = ReturnType<typeof createCompletenessReader>;

export function createCompletenessReader(sql: Sql) {
  return {
    /** In the order of the requests; what was never asked for is missing as a whole. */
    async find(requests: readonly CollectRequest[]): Promise<Completeness[]> {
      const rows = await sql<Row[]>`
        with wanted as (
          select place, source, dataset, area, counter_area, tstzmultirange(tstzrange(wanted_from, wanted_to)) as span
          from ${requestRows(sql, requests)} with ordinality
            as request (source, dataset, area, counter_area, wanted_from, wanted_to, place)
        ),
        known as (
          select place, span, span * coalesce(answered + collected + not_published, '{}') as answered,
            span * coalesce(collected, '{}') as collected, span * coalesce(not_published, '{}') as not_published
          from wanted
          left join coverage on coverage.source = wanted.source and coverage.dataset = wanted.dataset
            and coverage.area = wanted.area and coverage.counter_area is not distinct from wanted.counter_area
        ),
        judged as (
          select *, span - answered as missing, answered - collected - not_published as awaited
          from known
        )
        select ${milliseconds('collected')} as "collectedMs", ${milliseconds('not_published')} as "notPublishedMs",
          ${starts('missing')} as "missingFrom", ${ends('missing')} as "missingTo",
          ${starts('awaited')} as "awaitedFrom", ${ends('awaited')} as "awaitedTo"
        from judged
        order by place`;
      return rows.map(({ missingFrom, missingTo, awaitedFrom, awaitedTo, ...lengths }, i) => {
        const request = requests[i];
        if (request === undefined) throw new Error('the ledger returned a row for no request');
        return {
          request,
          ...lengths,
          missing: windowsOf(missingFrom, missingTo),
          awaited: windowsOf(awaitedFrom, awaitedTo),
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

  /** SQL for the starts, and the ends, of the parts of a multirange, ascending. */
  function starts(column: string) {
    return sql`array(select lower(part) from unnest(${sql(column)}) as part order by part)`;
  }
  function ends(column: string) {
    return sql`array(select upper(part) from unnest(${sql(column)}) as part order by part)`;
  }
}

interface Row extends Pick<Completeness, 'collectedMs' | 'notPublishedMs'> {
  readonly missingFrom: Temporal.Instant[];
  readonly missingTo: Temporal.Instant[];
  readonly awaitedFrom: Temporal.Instant[];
  readonly awaitedTo: Temporal.Instant[];
}

function windowsOf(starts: readonly Temporal.Instant[], ends: readonly Temporal.Instant[]): TimeWindow[] {
  return starts.flatMap((from, i) => {
    const to = ends[i];
    return to === undefined ? [] : [{ from, to }];
  });
}
