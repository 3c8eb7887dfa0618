import type { Sql } from '../connect.ts';
import { type SeriesFilter, type StoredSeries, storedSeriesColumns, whereMatching } from './series.ts';

/** A series and its point with the latest start. */
export interface LatestPoint extends StoredSeries {
  readonly startsAt: Temporal.Instant;
  /** Digits as published; null where the source says that there is no value. */
  readonly value: string | null;
  readonly knownAt: Temporal.Instant;
}

export type LatestPointReader = ReturnType<typeof createLatestPointReader>;

export function createLatestPointReader(sql: Sql) {
  return {
    /** The newest point of each series that matches all parts of the filter and has one, ordered by series. */
    async find(filter: SeriesFilter): Promise<LatestPoint[]> {
      return sql<LatestPoint[]>`
        select ${storedSeriesColumns(sql)}, newest.*
        from series
        cross join lateral (
          select starts_at as "startsAt", value, known_at as "knownAt"
          from point
          where series_id = series.id
          order by starts_at desc
          limit 1
        ) as newest
        ${whereMatching(sql, filter)}
        order by id`;
    },
  };
}
