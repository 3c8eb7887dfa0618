import type { Sql } from '../connect.ts';

/**
 * SQL for a column of instants as RFC 3339 text: in UTC with `Z`, in any other zone with its offset. It does not
 * depend on the session's settings, so that it needs no transaction.
 *
 * @param column - qualified where it has to be
 * @param timezone - IANA name
 */
export function instantText(sql: Sql, column: string, timezone: string) {
  const utc = sql`(${sql(column)} at time zone 'UTC')`;
  if (timezone === 'UTC') return sql`(replace(${utc}::text, ' ', 'T') || 'Z')`;

  const local = sql`(${sql(column)} at time zone ${unambiguousName(timezone)})`;
  return sql`(
    replace(${local}::text, ' ', 'T')
      || case when ${local} < ${utc} then '-' else '+' end
      || to_char(greatest(${local} - ${utc}, ${utc} - ${local}), 'HH24:MI')
  )`;
}

/**
 * PostgreSQL takes a name for an abbreviation first, and those that are names of zones as well (CET, EET, MET, WET) have
 * no summer time there. None of them has a slash; the zones that they stand for do.
 */
function unambiguousName(timezone: string): string {
  if (timezone.includes('/')) return timezone;
  return new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions().timeZone;
}
