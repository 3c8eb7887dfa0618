import type { Sql } from '../connect.ts';
import { LONGEST_HELD_MS } from '../request-slots.ts';

/**
 * SQL for rows of `source` and `count`: the requests that count against its budget at present, of each source with any. Those
 * that ended within the last minute, whatever came of them, and those under way; one that the source left without a word may
 * still arrive there, and counts for seven minutes.
 */
export function requestsOfLastMinute(sql: Sql) {
  return sql`
    select source, count(*)::integer as count
    from request_slot
    where free_at > clock_timestamp() and free_at <= clock_timestamp() + ${LONGEST_HELD_MS} * interval '1 millisecond'
    group by source`;
}
