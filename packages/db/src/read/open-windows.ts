import type { CollectRequest, TimeWindow } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { requestRows } from '../request-row.ts';

/** A window that somebody wants, and whose values are not stored yet. */
export interface OpenWindow extends TimeWindow {
  /** Whether its answer is there, and only has to be processed; if not, it waits to be asked for. */
  readonly isAnswered: boolean;
}

export type OpenWindowsReader = ReturnType<typeof createOpenWindowsReader>;

export function createOpenWindowsReader(sql: Sql) {
  /** Polls of live data are left out: they are short, and answered at once. */
  function isNoPoll() {
    return sql`(collection_id is not null or priority <> 'live')`;
  }

  return {
    /**
     * Windows within each of these requests that are open, whoever wants them, also while their collection is paused, but
     * for polls of live data: ascending, and of those with one start the longest first.
     */
    async within(requests: readonly CollectRequest[]): Promise<OpenWindow[][]> {
      const rows = await sql<(OpenWindow & { place: number })[]>`
        with request as (
          select *
          from ${requestRows(sql, requests)} with ordinality
            as request (source, dataset, area, counter_area, wanted_from, wanted_to, place)
        ),
        open as (
          select source, dataset, area, counter_area, window_start, window_end, false as is_answered
          from collection_window
          left join collection on collection.id = collection_id
          where status = 'pending' and ${isNoPoll()} and collection.state is distinct from 'cancelled'
          union all
          select source, dataset, area, counter_area, window_start, window_end, true
          from raw_payload
          where processed_at is null and error is null and exists (
            select from collection_window
            where raw_payload_id = raw_payload.id and status = 'fetched' and ${isNoPoll()}
          )
        )
        select request.place::integer, window_start as from, window_end as to, bool_and(is_answered) as "isAnswered"
        from request
        join open on open.dataset = request.dataset and open.area = request.area
          and open.source = request.source and open.counter_area is not distinct from request.counter_area
          and open.window_start >= request.wanted_from and open.window_end <= request.wanted_to
        group by place, window_start, window_end
        order by window_start, window_end desc`;
      const byPlace = Map.groupBy(rows, ({ place }) => place);
      return requests.map((_, i) =>
        (byPlace.get(i + 1) ?? []).map(({ from, to, isAnswered }) => ({ from, to, isAnswered })),
      );
    },
  };
}
