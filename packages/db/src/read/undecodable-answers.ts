import type { Sql } from '../connect.ts';

/**
 * SQL for whether a later answer to the same request as `answer` was processed: the present misses nothing of it then,
 * only `as_of` between the two does. A look into an index.
 */
export function isReplaced(sql: Sql) {
  return sql`exists (
    select from raw_payload as later
    where later.dataset = answer.dataset and later.area = answer.area
      and later.counter_area is not distinct from answer.counter_area and later.source = answer.source
      and later.window_start = answer.window_start and later.window_end = answer.window_end
      and later.received_at > answer.received_at and later.processed_at is not null
  )`;
}

/** SQL for the number of answers that could not be decoded and that the present misses. Those that failed are few. */
export function countUndecodable(sql: Sql) {
  return sql`
    select count(*)
    from raw_payload as answer
    where processed_at is null and error is not null and not ${isReplaced(sql)}`;
}
