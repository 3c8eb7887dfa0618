import type { TimeWindow } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { expectedPoints } from './expected-points.ts';
import { instantText } from './instant-text.ts';
import type { StoredSeries } from './series.ts';

/** Rows that one statement reads, roughly. Bounds the memory of an answer. */
const SLICE_ROWS = 10_000;

/** A series of load data, and what its area is called in the rows. */
export interface LoadSeries {
  readonly series: StoredSeries;
  readonly areaCode: string;
}

export type LoadRowReader = ReturnType<typeof createLoadRowReader>;

export function createLoadRowReader(sql: Sql, { sliceRows = SLICE_ROWS }: { sliceRows?: number } = {}) {
  return {
    /**
     * The flat rows of load data in a window, ordered by timestamp, as JSON objects separated by commas; one
     * piece of text per slice of time that has any. Every slice is a statement of its own.
     *
     * @param timezone - IANA name of the zone in which instants are written
     */
    async *jsonRows(
      loads: readonly LoadSeries[],
      window: TimeWindow,
      timezone: string,
    ): AsyncGenerator<string> {
      const ids = loads.map(({ series }) => series.id);
      const areaCodes = loads.map(({ areaCode }) => areaCode);
      for (const { from, to } of slices(loads, window, sliceRows)) {
        const [slice] = await sql<{ rows: string | null }[]>`
          select string_agg(row_to_json(line)::text, ',') as rows
          from (
            select ${instantText(sql, 'point.timestamp', timezone)} as "timestamp", load.area_code,
              point.data_type, point.business_type, point.quantity as quantity_mw, point.unit_name,
              point.object_aggregation, point.curve_type, point.resolution_minutes, point.document_mrid,
              point.time_series_mrid, point.data_source,
              ${instantText(sql, 'point.created_at', timezone)} as created_at,
              ${instantText(sql, 'point.updated_at', timezone)} as updated_at
            from unnest(${ids}::integer[], ${areaCodes}::text[]) as load (series_id, area_code)
            join energy_data_point as point on point.series_id = load.series_id
            where point."timestamp" >= ${from} and point."timestamp" < ${to}
            order by point."timestamp", load.series_id
          ) as line`;
        if (typeof slice?.rows === 'string') yield slice.rows;
      }
    },
  };
}

/** Cuts the part of the window that has points into slices of about `rows` rows each. */
function* slices(
  loads: readonly LoadSeries[],
  { from, to }: TimeWindow,
  rows: number,
): Generator<TimeWindow> {
  const stored = loads.flatMap(({ series: { firstStartsAt, lastStartsAt } }) =>
    firstStartsAt === null || lastStartsAt === null ? [] : [firstStartsAt, lastStartsAt],
  );
  const ordered = [...stored].sort(Temporal.Instant.compare);
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (first === undefined || last === undefined) return;

  const end = earlier(to, last.add({ microseconds: 1 }));
  const day = { from: first, to: first.add({ hours: 24 }) };
  const rowsPerDay = loads.reduce((sum, { series }) => sum + expectedPoints(series, day), 0);
  const step = { minutes: Math.max(1, Math.floor((rows / rowsPerDay) * 1_440)) };
  for (let start = later(from, first); Temporal.Instant.compare(start, end) < 0; start = start.add(step)) {
    yield { from: start, to: earlier(start.add(step), end) };
  }
}

function earlier(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}

function later(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? b : a;
}
