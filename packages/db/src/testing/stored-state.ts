import {
  SERIES_KEY_FIELDS,
  type SeriesKey,
  seriesKeyText,
  type TimeWindow,
} from '@energy-data-service/domain';
import type { Sql, Transaction } from '../connect.ts';
import { createPointReader } from '../read/points.ts';
import { createSeriesReader } from '../read/series.ts';
import { bySeriesAndTime, type KnownRow, type SeenRow, type State, sorted } from './expected-state.ts';

/** What one snapshot of the database holds, and which answers it says have been processed. */
export async function readState(
  sql: Sql,
): Promise<{ readonly processedIds: ReadonlySet<number>; readonly state: State }> {
  return sql.begin('isolation level repeatable read read only', async (snapshot) => {
    const processed = await snapshot<{ id: number }[]>`
      select id from raw_payload where processed_at is not null`;
    const series = await readSeries(snapshot);
    const known = await snapshot<(Omit<KnownRow, 'series'> & { seriesId: number })[]>`
      select series_id as "seriesId", (extract(epoch from starts_at) * 1000)::bigint as "startsAtMs",
        value::text as value, (extract(epoch from known_at) * 1000000)::bigint as "knownAtUs",
        (extract(epoch from known_until) * 1000000)::bigint as "knownUntilUs", raw_payload_id as "rawPayloadId"
      from (
        select series_id, starts_at, value, known_at, known_until, raw_payload_id from point_revision
        union all
        select series_id, starts_at, value, known_at, null, raw_payload_id from point
      ) as known`;
    const coverage = await snapshot<State['coverage'][number][]>`
      select area, ${quartersOf(snapshot, 'answered')} as answered, ${quartersOf(snapshot, 'collected')} as collected,
        ${quartersOf(snapshot, 'not_published')} as "notPublished",
        (extract(epoch from last_asked_at) * 1000000)::bigint as "lastAskedAtUs", last_outcome as "lastOutcome"
      from coverage`;
    const texts = new Map(series.map(({ id, ...row }) => [id, row.series]));
    return {
      processedIds: new Set(processed.map(({ id }) => id)),
      state: sorted({
        known: known.map(({ seriesId, ...row }) => ({
          ...row,
          series: texts.get(seriesId) ?? `${seriesId}`,
        })),
        series: series.map(({ id, ...row }) => row),
        coverage: [...coverage],
      }),
    };
  });
}

async function readSeries(snapshot: Transaction): Promise<(State['series'][number] & { id: number })[]> {
  const key = SERIES_KEY_FIELDS.map((field) => {
    const column = snapshot(field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    return snapshot`${column} as ${snapshot(field)},`;
  });
  const rows = await snapshot<
    (SeriesKey & { id: number; first: number | null; last: number | null; count: number })[]
  >`
    select ${key} id, (extract(epoch from first_starts_at) * 1000)::bigint as first,
      (extract(epoch from last_starts_at) * 1000)::bigint as last, point_count as count
    from series`;
  return rows.map(({ id, first, last, count, ...row }) => ({
    id,
    series: seriesKeyText(row),
    firstStartsAtMs: first,
    lastStartsAtMs: last,
    pointCount: count,
  }));
}

/** SQL for the starts of the quarters of an hour of a multirange that begins and ends with some. */
function quartersOf(snapshot: Transaction, column: string) {
  return snapshot`array(
    select extract(epoch from quarter)::float8 * 1000
    from unnest(${snapshot(column)}) as range,
      generate_series(lower(range), upper(range) - interval '15 minutes', interval '15 minutes') as quarter
    order by 1
  )`;
}

/** What the API's own reader answers for all series in a window as of an instant; null for now. */
export async function readAsOf(sql: Sql, window: TimeWindow, asOfUs: number | null): Promise<SeenRow[]> {
  const series = await createSeriesReader(sql).find({});
  const texts = new Map(series.map((one) => [one.id, seriesKeyText(one)]));
  const asOf = asOfUs === null ? null : Temporal.Instant.fromEpochNanoseconds(BigInt(asOfUs) * 1000n);
  const rows: SeenRow[] = [];
  for await (const page of createPointReader(sql).pages(series, { ...window, asOf, provenance: true })) {
    const values = page.values.split(',');
    const rawPayloadIds = page.rawPayloadIds?.split(',') ?? [];
    for (const [i, startUs] of page.startsUs.entries()) {
      rows.push({
        series: texts.get(page.seriesId) ?? `${page.seriesId}`,
        startsAtMs: startUs / 1_000,
        value: values[i] === 'null' ? null : (values[i] ?? ''),
        knownAtUs: page.knownUs?.[i] ?? Number.NaN,
        rawPayloadId: Number(rawPayloadIds[i]),
      });
    }
  }
  return rows.sort(bySeriesAndTime);
}
