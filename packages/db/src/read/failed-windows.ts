import type { Sql } from '../connect.ts';
import { hasLaterAnswer } from './later-answer.ts';

/**
 * SQL for the windows of the last 24 hours that failed for good, and that were not answered since for whoever else asked.
 * Nobody waits any more for those of a cancelled collection; a poll that wants the same has a window of its own. They are
 * few.
 */
export function failedWindows(sql: Sql) {
  return sql`
    select *
    from collection_window as failed
    where status = 'failed' and finished_at > now() - interval '24 hours'
      and not exists (select from collection where id = failed.collection_id and state = 'cancelled')
      and not ${isAnsweredSince(sql)}`;
}

/**
 * SQL for whether the window `failed` has been answered since it failed; if there is an answer already, which could not
 * be decoded, by one with data.
 */
export function isAnsweredSince(sql: Sql) {
  return hasLaterAnswer(
    sql,
    'failed',
    sql`later.received_at > failed.finished_at and (failed.raw_payload_id is null or later.outcome = 'data')`,
  );
}
