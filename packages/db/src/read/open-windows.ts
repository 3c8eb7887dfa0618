import type { CollectRequest, TimeWindow } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { requestRows } from '../request-row.ts';

export type OpenWindowsReader = ReturnType<typeof createOpenWindowsReader>;

export function createOpenWindowsReader(sql: Sql) {
  return {
    /**
     * Windows within each of these requests that wait to be asked for already, whoever wants them, also while their
     * collection is paused: ascending, and of those with one start the longest first. Polls of live data are left out:
     * they are short, and answered at once.
     */
    async within(requests: readonly CollectRequest[]): Promise<TimeWindow[][]> {
      const rows = await sql<(TimeWindow & { place: number })[]>`
        select distinct request.place::integer, window_start as from, window_end as to
        from ${requestRows(sql, requests)} with ordinality
          as request (source, dataset, area, counter_area, wanted_from, wanted_to, place)
        join collection_window as open on open.dataset = request.dataset and open.area = request.area
          and open.source = request.source and open.counter_area is not distinct from request.counter_area
          and open.window_start >= request.wanted_from and open.window_end <= request.wanted_to
        left join collection on collection.id = open.collection_id
        where open.status = 'pending' and open.priority <> 'live' and collection.state is distinct from 'cancelled'
        order by window_start, window_end desc`;
      const byPlace = Map.groupBy(rows, ({ place }) => place);
      return requests.map((_, i) => (byPlace.get(i + 1) ?? []).map(({ from, to }) => ({ from, to })));
    },
  };
}
