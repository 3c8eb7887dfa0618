import type { Sql } from '../connect.ts';

/** SQL for the length of the time of a row of `coverage` that is wanted, past, and was never answered. */
export function gapSeconds(sql: Sql) {
  return sql`
    coalesce((
      select extract(epoch from sum(upper(gap) - lower(gap)))
      from unnest(
        (wanted - answered - collected - not_published) * tstzmultirange(tstzrange(null, now()))
      ) as gap
    ), 0)::double precision`;
}
