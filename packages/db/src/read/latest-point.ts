import type { Sql } from '../connect.ts';

export interface LatestPoint {
  readonly seriesId: number;
  readonly startsAt: Temporal.Instant;
  /** Digits as published; null where the source says that there is no value. */
  readonly value: string | null;
  readonly knownAt: Temporal.Instant;
}

export type LatestPointReader = ReturnType<typeof createLatestPointReader>;

export function createLatestPointReader(sql: Sql) {
  return {
    /** The point with the latest start of each series that has one, in the order of the ids. */
    async find(seriesIds: readonly number[]): Promise<LatestPoint[]> {
      return sql<LatestPoint[]>`
        select wanted.id as "seriesId", newest.starts_at as "startsAt", newest.value,
          newest.known_at as "knownAt"
        from unnest(${seriesIds}::integer[]) with ordinality as wanted (id, place)
        cross join lateral (
          select starts_at, value, known_at
          from point
          where series_id = wanted.id
          order by starts_at desc
          limit 1
        ) as newest
        order by wanted.place`;
    },
  };
}
