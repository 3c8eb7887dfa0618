import type { Sql } from '../connect.ts';

/**
 * SQL for the number of answers that could not be decoded and that the present misses: where a later answer to the same
 * request was processed, only `as_of` between the two does. Those that failed are few, and each takes a look into an
 * index.
 */
export function countUndecodable(sql: Sql) {
  return sql`
    select count(*)
    from raw_payload as failed
    where processed_at is null and error is not null
      and not exists (
        select from raw_payload as later
        where later.dataset = failed.dataset and later.area = failed.area
          and later.counter_area is not distinct from failed.counter_area and later.source = failed.source
          and later.window_start = failed.window_start and later.window_end = failed.window_end
          and later.received_at > failed.received_at and later.processed_at is not null
      )`;
}
