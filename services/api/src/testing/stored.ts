import type { Sql } from '@energy-data-service/db';

export const CZ = '10YCZ-CEPS-----N';
export const DE_LU = '10Y1001A1001A82H';

/** When the values of these tests became known, unless they say otherwise. */
export const KNOWN_AT = '2023-03-05T00:00:00Z';

interface SeriesColumns {
  readonly dataset?: string;
  readonly area?: string;
  readonly business_type?: string | null;
  readonly resolution?: string;
}

/** Stores a series of hourly load of CZ, or what the columns say; answers with its id. */
export async function storeSeries(sql: Sql, columns: SeriesColumns = {}): Promise<number> {
  const series = {
    source: 'entsoe',
    dataset: 'actual-total-load',
    area: CZ,
    business_type: 'A04',
    resolution: 'PT60M',
    unit: 'MAW',
    quantity: 'quantity',
    ...columns,
  };
  const [row] = await sql<{ id: number }[]>`insert into series ${sql(series)} returning id`;
  if (row === undefined) throw new Error('insert into series returned no row');
  return row.id;
}

/** Stores current values of a series; a point is its start, its value and, where that matters, since when known. */
export async function storePoints(
  sql: Sql,
  seriesId: number,
  ...points: readonly (readonly [startsAt: string, value: string | null, knownAt?: string])[]
): Promise<void> {
  await sql`
    insert into point ${sql(
      points.map(([starts_at, value, known_at = KNOWN_AT]) => ({
        series_id: seriesId,
        starts_at,
        value,
        known_at,
        raw_payload_id: 7,
      })),
    )}`;
  await sql`
    update series
    set (first_starts_at, last_starts_at, point_count) = (
      select min(starts_at), max(starts_at), count(*) from point where series_id = ${seriesId})
    where id = ${seriesId}`;
}
