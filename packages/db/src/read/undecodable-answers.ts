import type { Sql } from '../connect.ts';
import { hasLaterAnswer } from './later-answer.ts';

/**
 * SQL for whether a later answer with data to the same request as `answer` was processed. That one most likely holds what
 * this one did, so that only `as_of` between the two misses it; one that says "no data" takes nothing's place.
 */
export function isReplaced(sql: Sql) {
  return hasLaterAnswer(
    sql,
    'answer',
    sql`later.received_at > answer.received_at and later.outcome = 'data'`,
  );
}

/** SQL for the number of answers that could not be decoded and that no later one has replaced. Those that failed are few. */
export function countUndecodable(sql: Sql) {
  return sql`
    select count(*)
    from raw_payload as answer
    where processed_at is null and error is not null and not ${isReplaced(sql)}`;
}
