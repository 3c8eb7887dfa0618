import type { Sql } from '../connect.ts';

/**
 * SQL for the windows of the last 24 hours that failed for good, and that were not answered since for whoever else asked:
 * an answer that could not be decoded counts as replaced by one with data only. They are few, and each takes a look into
 * an index.
 */
export function failedWindows(sql: Sql) {
  return sql`
    select *
    from collection_window as failed
    where status = 'failed' and finished_at > now() - interval '24 hours' and not ${isAnsweredSince(sql)}`;
}

/** SQL for whether the window `failed` has been answered since it failed. */
export function isAnsweredSince(sql: Sql) {
  return sql`exists (
    select from raw_payload as later
    where later.dataset = failed.dataset and later.area = failed.area
      and later.counter_area is not distinct from failed.counter_area and later.source = failed.source
      and later.window_start = failed.window_start and later.window_end = failed.window_end
      and later.received_at > failed.finished_at and later.processed_at is not null
      and (failed.raw_payload_id is null or later.outcome = 'data')
  )`;
}
