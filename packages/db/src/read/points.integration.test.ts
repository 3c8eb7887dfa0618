import { createTestDatabase } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from '../connect.ts';
import { createPointReader, type SeriesText } from './points.ts';
import { createSeriesReader, type StoredSeries } from './series.ts';

const START = Temporal.Instant.from('2024-01-01T00:00:00Z');
const DAYS_3 = {
  from: START,
  to: START.add({ hours: 72 }),
  asOf: null,
  timezone: 'UTC',
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
  }

  function instantOf(hour: number): string {
    return START.add({ hours: hour }).toString();
  }

  const pagePoints = fc.integer({ min: 1, max: 7 });
  const hours = fc.uniqueArray(fc.integer({ min: 0, max: 71 }), { maxLength: 12 });

  it('give the same JSON whatever the size of a page', async () => {
    await fc.assert(
      fc.asyncProperty(pagePoints, fc.array(hours, { maxLength: 4 }), async (pagePoints, lists) => {
        await sql`truncate series, point restart identity cascade`;
        const series = await store(...lists);
        const texts = await collect(createPointReader(sql, { pagePoints }).jsonMembers(series, DAYS_3));
        const read = [...texts].map(([seriesId, text]) => ({ seriesId, ...JSON.parse(`{${text}}`) }));
        expect(read).toEqual(
          lists.flatMap((list, i) => {
            if (list.length === 0) return [];
            const values = list.toSorted((a, b) => a - b);
            return { seriesId: i + 1, timestamps: values.map(instantOf), values };
          }),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('give the same lines whatever the size of a page', async () => {
    await fc.assert(
      fc.asyncProperty(pagePoints, hours, async (pagePoints, list) => {
        await sql`truncate series, point restart identity cascade`;
        const series = await store(list);
        const pieces = await Array.fromAsync(createPointReader(sql, { pagePoints }).csvLines(series, DAYS_3));
        expect(pieces.flatMap(({ text }) => text.split('\r\n'))).toEqual(
          list.toSorted((a, b) => a - b).map((hour) => `${instantOf(hour)},${hour}`),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('fail, and never pair a value with the wrong instant, when an instant is added while they are read', async () => {
    const series = await store([0, 1, 2, 3, 4, 6]);
    const pieces = createPointReader(sql, { pagePoints: 2 }).jsonMembers(series, DAYS_3);
    let text = '';
    for (let i = 0; i < 3; i++) text += (await pieces.next()).value?.text;
    expect(text).toContain(instantOf(6));

    await insert(1, [5]);
    await expect(Array.fromAsync(pieces)).rejects.toThrow('series changed while it was read');
  });

  it('fail with provenance when a value is replaced while they are read', async () => {
    const series = await store([0, 1, 2, 3]);
    const reader = createPointReader(sql, { pagePoints: 2 });
    const pieces = reader.jsonMembers(series, { ...DAYS_3, provenance: true });
    for (let i = 0; i < 3; i++) await pieces.next();
    await sql`update point set value = 30, raw_payload_id = 2 where starts_at = ${instantOf(3)}`;
    await expect(Array.fromAsync(pieces)).rejects.toThrow('series changed while it was read');
  });

  it('are those that were there when their instants were read, when others follow later', async () => {
    const series = await store([0, 1, 2]);
    const pieces = createPointReader(sql, { pagePoints: 2 }).jsonMembers(series, DAYS_3);
    const texts = [(await pieces.next()).value, (await pieces.next()).value, (await pieces.next()).value];
    await insert(1, [3, 4]);
    texts.push(...(await Array.fromAsync(pieces)));
    expect(JSON.parse(`{${texts.map((piece) => piece?.text).join('')}}`)).toMatchObject({
      values: [0, 1, 2],
    });
  });

  it('are read no further when the reader has had enough', async () => {
    const series = await store([0, 1, 2, 3]);
    const pieces = createPointReader(sql, { pagePoints: 1 }).csvLines(series, DAYS_3);
    await pieces.next();
    await pieces.return(undefined);
    expect(await pieces.next()).toEqual({ done: true, value: undefined });
  });
});

async function collect(pieces: AsyncIterable<SeriesText>): Promise<Map<number, string>> {
  const texts = new Map<number, string>();
  for await (const { seriesId, text } of pieces) texts.set(seriesId, (texts.get(seriesId) ?? '') + text);
  return texts;
}
