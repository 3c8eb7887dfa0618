import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Sql } from '@energy-data-service/db';
import type { CollectRequest } from '@energy-data-service/domain';
import { QUARTER_HOUR_MS, type SeriesLoad } from './series-load.ts';

/** The rows of series-years in the text format of COPY, one piece per series; the ids count from 1. */
export function copyLines(years: readonly SeriesLoad[]): Buffer[] {
  const knownAt = '2024-02-01T00:00:00Z';
  return years.map(({ request, values }, i) => {
    const startMs = request.window.from.epochMilliseconds;
    const lines = values.map((value, step) => {
      const startsAt = new Date(startMs + step * QUARTER_HOUR_MS).toISOString();
      return `${i + 1}\t${startsAt}\t${value}\t${knownAt}\t${i + 1}\n`;
    });
    return Buffer.from(lines.join(''));
  });
}

/** Writes rows into the table of points in one COPY: as fast as the server takes rows. */
export async function copyIntoPoint(sql: Sql, lines: readonly Buffer[]): Promise<void> {
  const table = await sql`
    copy point (series_id, starts_at, value, known_at, raw_payload_id) from stdin`.writable();
  await pipeline(Readable.from(lines), table);
}

/**
 * Reads a series' points within a request's window in one COPY, as two columns, and drops them.
 *
 * @returns how many rows there were
 */
export async function copyFromPoint(sql: Sql, seriesId: number, { window }: CollectRequest): Promise<number> {
  const rows = await sql
    .unsafe(
      `copy (
        select starts_at, value from point
        where series_id = ${seriesId} and starts_at >= '${window.from}' and starts_at < '${window.to}'
        order by starts_at
      ) to stdout`,
    )
    .readable();
  let count = 0;
  for await (const _row of rows) count++;
  return count;
}
