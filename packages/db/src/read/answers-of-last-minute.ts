import type { Sql } from '../connect.ts';

/**
 * SQL for rows of `source` and `count`: the answers that were stored within the last minute, of each source that has a
 * ledger. It takes a look into an index for each dataset, however many answers there are.
 */
export function answersOfLastMinute(sql: Sql) {
  return sql`
    select source, sum(stored.count)::integer as count
    from (select distinct source, dataset from coverage) as asked
    cross join lateral (
      select count(*) from raw_payload
      where source = asked.source and dataset = asked.dataset and received_at > now() - interval '1 minute'
    ) as stored
    group by source`;
}
