import type { Sql } from '@energy-data-service/db';
import { QUARTER_HOURS_OF_YEAR } from './series-load.ts';

export const MANY_POINTS_AREA = '10YBE----------2';
export const FIRST_START = Temporal.Instant.from('2014-12-31T23:00:00Z');
/** Every series is so long. */
export const SERIES_YEARS = 10;
const POINTS_OF_SERIES = SERIES_YEARS * QUARTER_HOURS_OF_YEAR;

/** The business type of a made-up series, by which it differs from the others. */
export function businessTypeOf(seriesId: number): string {
  return `Z${seriesId}`;
}

/**
 * Fills an empty database with series of ten years of quarter hours each, made up by the server, in the order of a
 * backfill: year by year, and within a year series by series.
 *
 * @param points - how many there should be at least
 * @param progress - is told when a year is stored
 * @returns number of series; their ids count from 1
 */
export async function storeManyPoints(
  sql: Sql,
  points: number,
  progress: (line: string) => void,
): Promise<number> {
  const count = Math.ceil(points / POINTS_OF_SERIES);
  const types = Array.from({ length: count }, (_, i) => businessTypeOf(i + 1));
  const lastStart = FIRST_START.add({ minutes: 15 * (POINTS_OF_SERIES - 1) });
  await sql`
    insert into series (
      source, dataset, area, business_type, resolution, unit, quantity,
      first_starts_at, last_starts_at, point_count
    )
    select 'entsoe', 'actual-total-load', ${MANY_POINTS_AREA}, business_type, 'PT15M', 'MAW', 'quantity',
      ${FIRST_START}, ${lastStart}, ${POINTS_OF_SERIES}
    from unnest(${types}::text[]) with ordinality as made_up (business_type, place)
    order by place`;
  for (let year = 0; year < SERIES_YEARS; year++) {
    const firstStep = year * QUARTER_HOURS_OF_YEAR;
    await sql`
      insert into point (series_id, starts_at, value, known_at, raw_payload_id)
      select series_id, ${FIRST_START}::timestamptz + step * interval '15 minutes',
        (700000 + (series_id * 7919 + step * 7) % 300000) / 100.0, now(), 0
      from generate_series(1, ${count}::integer) as series_id,
        generate_series(${firstStep}::integer, ${firstStep + QUARTER_HOURS_OF_YEAR - 1}::integer) as step`;
    progress(`${((year + 1) * QUARTER_HOURS_OF_YEAR * count).toLocaleString('en')} points stored`);
  }
  await sql`vacuum (analyze) point`;
  await sql`analyze series`;
  await sql`checkpoint`;
  return count;
}
