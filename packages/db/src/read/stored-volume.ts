import type { Sql } from '../connect.ts';

/** How much is stored of a dataset of an area, and of how much time. */
export interface StoredVolume {
  readonly dataset: string;
  /** EIC */
  readonly area: string;
  readonly points: number;
  /** Days of 24 hours that were answered with data; above 0. */
  readonly collectedDays: number;
}

/** What the newest answers of a dataset weighed, as they came, unpacked. */
export interface AnswerVolume {
  readonly dataset: string;
  readonly bytes: number;
  /** Above 0. */
  readonly points: number;
}

/** Answers of a dataset that are looked at: the weight of a point hardly changes. */
const NEWEST_ANSWERS = 500;

export type StoredVolumeReader = ReturnType<typeof createStoredVolumeReader>;

export function createStoredVolumeReader(sql: Sql) {
  return {
    /** One row per dataset and area that has points; borders count for their exporting side. */
    async ofItems(): Promise<StoredVolume[]> {
      return sql<StoredVolume[]>`
        select stored.dataset, stored.area, stored.points, collected.days as "collectedDays"
        from (
          select dataset, area, sum(point_count)::bigint as points from series group by dataset, area
        ) as stored
        join (
          select dataset, area, sum(extract(epoch from upper(part) - lower(part)) / 86400)::float8 as days
          from coverage
          cross join unnest(collected) as part
          group by dataset, area
        ) as collected using (dataset, area)
        where stored.points > 0
        order by dataset, area`;
    },

    /** One row per dataset of these that was ever answered with data. */
    async ofAnswers(datasets: readonly { source: string; id: string }[]): Promise<AnswerVolume[]> {
      return sql<AnswerVolume[]>`
        select dataset.id as dataset, sum(newest.body_size)::bigint as bytes, sum(newest.points)::bigint as points
        from unnest(
          ${datasets.map(({ source }) => source)}::text[],
          ${datasets.map(({ id }) => id)}::text[]
        ) as dataset (source, id)
        cross join lateral (
          select body_size, points_new + points_revised + points_unchanged as points
          from raw_payload
          where raw_payload.source = dataset.source and raw_payload.dataset = dataset.id and outcome = 'data'
          order by received_at desc
          limit ${NEWEST_ANSWERS}
        ) as newest
        group by dataset.id
        having sum(newest.points) > 0`;
    },
  };
}
