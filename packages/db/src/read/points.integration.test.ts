import { createTestDatabase } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from '../connect.ts';
import { createPointReader } from './points.ts';
import { createSeriesReader, type StoredSeries } from './series.ts';

const START = Temporal.Instant.from('2024-01-01T00:00:00Z');
const DAYS_3 = {
  from: START,
  to: START.add({ hours: 72 }),
  asOf: null,
  provenance: false,
};

describe('points of more than one page', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let sql: Sql;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseServerUrl'));
    sql = connect(database.url);
  });
  afterAll(async () => {
    await sql.end();
    await database[Symbol.asyncDispose]();
  });
  beforeEach(() => sql`truncate series, point, point_revision restart identity cascade`);

  /** Stores one hourly series per list, with a point in each of the given hours. */
  async function store(...hours: readonly number[][]): Promise<StoredSeries[]> {
    for (const [i, list] of hours.entries()) {
      await sql`
        insert into series (source, dataset, area, resolution, quantity)
        values ('entsoe', 'load', ${`area ${i}`}, 'PT60M', 'quantity')`;
      await insert(i + 1, list);
    }
    return createSeriesReader(sql).find({});
  }

  async function insert(seriesId: number, hours: readonly number[]): Promise<void> {
    await sql`
      insert into point (series_id, starts_at, value, known_at, raw_payload_id)
      select ${seriesId}, ${START}::timestamptz + hour * interval '1 hour', hour, '2024-02-01', 1
      from unnest(${hours}::integer[]) as hour`;
    await sql`update series set point_count = point_count + ${hours.length} where id = ${seriesId}`;
  }

  const pagePoints = fc.integer({ min: 1, max: 7 });
  const hours = fc.uniqueArray(fc.integer({ min: 0, max: 71 }), { maxLength: 12 });

  it('are the same whatever the size of a page', async () => {
    await fc.assert(
      fc.asyncProperty(pagePoints, fc.array(hours, { maxLength: 4 }), async (pagePoints, lists) => {
        await sql`truncate series, point restart identity cascade`;
        const series = await store(...lists);
        const pages = await Array.fromAsync(createPointReader(sql, { pagePoints }).pages(series, DAYS_3));
        expect(Math.max(0, ...pages.map(({ count }) => count))).toBeLessThanOrEqual(pagePoints);
        const points = pages.flatMap(({ seriesId, startsUs, values }) =>
          values.split(',').map((value, i) => [seriesId, startsUs[i], value]),
        );
        expect(points).toEqual(
          lists.flatMap((list, i) =>
            list.toSorted((a, b) => a - b).map((hour) => [i + 1, startUsOf(hour), `${hour}`]),
          ),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('say where they begin and end', async () => {
    const series = await store([0, 1, 4]);
    const pages = await Array.fromAsync(createPointReader(sql, { pagePoints: 2 }).pages(series, DAYS_3));
    expect(pages.map(({ count, firstUs, lastUs }) => [count, firstUs, lastUs])).toEqual([
      [2, startUsOf(0), startUsOf(1)],
      [1, startUsOf(4), startUsOf(4)],
    ]);
  });

  it('tell with provenance since when each value has been known, and from which payload', async () => {
    const series = await store([0, 1]);
    const [page] = await Array.fromAsync(
      createPointReader(sql).pages(series, { ...DAYS_3, provenance: true }),
    );
    const knownUs = Temporal.Instant.from('2024-02-01T00:00:00Z').epochMilliseconds * 1_000;
    expect([[...(page?.knownUs ?? [])], page?.rawPayloadIds]).toEqual([[knownUs, knownUs], '1,1']);
  });

  it('keep every microsecond, before 1970 and long after', async () => {
    const [series] = await store([]);
    const instants = ['1901-12-13T20:45:52.000001Z', '2024-03-31T01:00:00.123456Z', '2250-01-01T00:00:00Z'];
    await sql`
      insert into point (series_id, starts_at, value, known_at, raw_payload_id)
      select 1, starts_at, null, now(), 1 from unnest(${instants}::text[]::timestamptz[]) as starts_at`;
    const window = {
      from: Temporal.Instant.from('1900-01-01T00:00Z'),
      to: Temporal.Instant.from('2251-01-01T00:00Z'),
    };
    const [page] = await Array.fromAsync(
      createPointReader(sql).pages(series === undefined ? [] : [series], { ...DAYS_3, ...window }),
    );
    const read = [...(page?.startsUs ?? [])].map((us) =>
      new Temporal.Instant(BigInt(us) * 1_000n).toString(),
    );
    expect([read, page?.values]).toEqual([instants, 'null,null,null']);
  });

  it('are the same when a page is read again', async () => {
    const series = await store([0, 1, 2, 3, 4]);
    const reader = createPointReader(sql, { pagePoints: 2 });
    for (const page of await Array.fromAsync(reader.pages(series, DAYS_3))) {
      expect(await reader.again(page, DAYS_3)).toEqual(page);
    }
  });

  it('fail to be read again when an instant was added between them', async () => {
    const series = await store([0, 2, 4]);
    const reader = createPointReader(sql);
    const [page] = await Array.fromAsync(reader.pages(series, DAYS_3));
    await insert(1, [3]);
    await expect(page && reader.again(page, DAYS_3)).rejects.toThrow('series changed while it was read');
  });

  it('fail with provenance to be read again when two values were replaced by one payload between theirs', async () => {
    const series = await store([0, 1]);
    await sql`update point set raw_payload_id = 3 where starts_at = ${startOf(1)}`;
    const reader = createPointReader(sql);
    const selection = { ...DAYS_3, provenance: true };
    const [page] = await Array.fromAsync(reader.pages(series, selection));
    await sql`update point set raw_payload_id = 2`;
    await expect(page && reader.again(page, selection)).rejects.toThrow('series changed while it was read');
  });

  it('fail with provenance to be read again when a value was replaced', async () => {
    const series = await store([0, 1, 2, 3]);
    const reader = createPointReader(sql);
    const selection = { ...DAYS_3, provenance: true };
    const [page] = await Array.fromAsync(reader.pages(series, selection));
    await sql`update point set value = 30, raw_payload_id = 2 where starts_at = ${startOf(3)}`;
    await expect(page && reader.again(page, selection)).rejects.toThrow('series changed while it was read');
  });

  it('are read again as they were when others have followed', async () => {
    const series = await store([0, 1, 2]);
    const reader = createPointReader(sql);
    const [page] = await Array.fromAsync(reader.pages(series, DAYS_3));
    await insert(1, [3, 4]);
    expect(await (page && reader.again(page, DAYS_3))).toEqual(page);
  });

  it('are read to the microsecond from July 1714 on, and refused before', async () => {
    const window = { ...DAYS_3, from: Temporal.Instant.from('1600-01-01T00:00:00Z') };
    const readAt = async (instant: string) => {
      await sql`truncate series, point restart identity cascade`;
      const series = await store([0]);
      await sql`delete from point`;
      await sql`
        insert into point (series_id, starts_at, value, known_at, raw_payload_id)
        values (1, ${instant}::text::timestamptz, 1, '2024-02-01', 1)`;
      const pages = await Array.fromAsync(createPointReader(sql).pages(series, window));
      return pages.flatMap(({ startsUs }) => [...startsUs]);
    };
    const earliestUs = Number.MIN_SAFE_INTEGER + 946_684_800_000_000;
    expect(await readAt('1714-07-29T00:12:25.259009Z')).toEqual([earliestUs]);
    // From 1684 on the sum is a safe integer again, of a part that was rounded to another microsecond.
    for (const instant of [
      '1714-07-29T00:12:25.259008Z',
      '1700-01-01T00:00:00.000001Z',
      '1684-01-01T00:00Z',
    ]) {
      await expect(readAt(instant)).rejects.toThrow('lies before July 1714');
    }
  });

  it('are read no further when the reader has had enough', async () => {
    const series = await store([0, 1, 2, 3]);
    const pages = createPointReader(sql, { pagePoints: 1 }).pages(series, DAYS_3);
    await pages.next();
    await pages.return(undefined);
    expect(await pages.next()).toEqual({ done: true, value: undefined });
  });
});

function startOf(hour: number): string {
  return START.add({ hours: hour }).toString();
}

function startUsOf(hour: number): number {
  return START.add({ hours: hour }).epochMilliseconds * 1_000;
}
