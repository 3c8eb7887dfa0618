import type { Sql } from '../connect.ts';

/** Rows that answers are stored in, by a key that says which row it is. */
export type RowVersions = ReadonlyMap<string, { readonly content: string; readonly version: string }>;

/** Every row of the tables of points, with where it lies and who wrote it there. */
export async function readRowVersions(sql: Sql): Promise<RowVersions> {
  const rows = await sql<{ key: string; content: string; version: string }[]>`
    select 'point ' || series_id || ' ' || starts_at as key, row_to_json(point)::text as content,
      tableoid || ' ' || ctid || ' ' || xmin as version from point
    union all
    select 'point_revision ' || series_id || ' ' || starts_at || ' ' || known_at, row_to_json(point_revision)::text,
      tableoid || ' ' || ctid || ' ' || xmin from point_revision
    union all
    select 'series ' || id, row_to_json(series)::text, tableoid || ' ' || ctid || ' ' || xmin from series
    union all
    select 'observation ' || id, row_to_json(observation)::text, tableoid || ' ' || ctid || ' ' || xmin from observation
    union all
    select 'coverage ' || area, row_to_json(coverage)::text, tableoid || ' ' || ctid || ' ' || xmin from coverage`;
  return new Map(rows.map(({ key, ...row }) => [key, row]));
}

/** Rows that say the same as before and were written anew nevertheless. */
export function rewrittenInVain(before: RowVersions, after: RowVersions): string[] {
  return [...after].flatMap(([key, { content, version }]) => {
    const old = before.get(key);
    return old !== undefined && old.content === content && old.version !== version ? [key] : [];
  });
}
