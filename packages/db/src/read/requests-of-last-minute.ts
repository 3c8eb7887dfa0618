import type { Sql } from '../connect.ts';

/**
 * SQL for rows of `source` and `count`: the requests that ended within the last minute, whatever came of them, of each source
 * with any. A slot is held for a minute from then on, and for longer by a request that is under way.
 */
export function requestsOfLastMinute(sql: Sql) {
  return sql`
    select source, count(*)::integer as count
    from request_slot
    where free_at > clock_timestamp() and free_at <= clock_timestamp() + interval '1 minute'
    group by source`;
}
