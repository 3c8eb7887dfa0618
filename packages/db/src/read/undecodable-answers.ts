import type { Sql } from '../connect.ts';

/**
 * SQL for whether a later answer with data to the same request as `answer` was processed. That one most likely holds what
 * this one did, so that only `as_of` between the two misses it; one that says "no data" takes nothing's place. A look into
 * an index.
 */
export function isReplaced(sql: Sql) {
  return sql`exists (
    select from raw_payload as later
    where later.dataset = answer.dataset and later.area = answer.area
      and later.counter_area is not distinct from answer.counter_area and later.source = answer.source
      and later.window_start = answer.window_start and later.window_end = answer.window_end
      and later.received_at > answer.received_at and later.processed_at is not null and later.outcome = 'data'
  )`;
}

/** SQL for the number of answers that could not be decoded and that no later one has replaced. Those that failed are few. */
export function countUndecodable(sql: Sql) {
  return sql`
    select count(*)
    from raw_payload as answer
    where processed_at is null and error is not null and not ${isReplaced(sql)}`;
}
