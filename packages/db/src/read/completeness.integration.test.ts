import type { CollectRequest, Observation } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import { connect, type Sql } from '../connect.ts';
import { answerOf, hourly, process, REQUEST, receive } from '../testing/answers.ts';
import { createCompletenessReader } from './completeness.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CZ = REQUEST.area;
const FR = '10YFR-RTE------C';

function request(area: string, from: string, to: string): CollectRequest {
  return { ...REQUEST, area, window: { from: Temporal.Instant.from(from), to: Temporal.Instant.from(to) } };
}

async function withDatabase(work: (sql: Sql) => Promise<void>): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}

/** Stores and processes an answer of the platform. */
async function deliver(sql: Sql, to: CollectRequest, at: string, ...told: Observation[]): Promise<void> {
  const { answer, parsed } = answerOf(...told);
  await process(sql, await receive(sql, answer, { request: to, at: Temporal.Instant.from(at) }), parsed);
}

it('tells what was answered of each request, with data or without, and what was not', () =>
  withDatabase(async (sql) => {
    const late = '2024-06-01T00:00Z';
    await deliver(sql, request(CZ, '2023-12-31T00:00Z', '2024-01-01T06:00Z'), late, hourly(0, '1'));
    await deliver(sql, request(CZ, '2024-01-01T08:00Z', '2024-01-01T09:00Z'), '2024-06-01T01:00Z');
    await deliver(
      sql,
      request(CZ, '2024-01-01T10:00Z', '2024-01-01T11:00Z'),
      '2024-06-01T02:00Z',
      hourly(10, '1'),
    );
    const never = request(FR, '2024-01-01T00:00Z', '2024-01-02T00:00Z');
    const partly = request(CZ, '2024-01-01T00:00Z', '2024-01-02T00:00Z');
    const wholly = request(CZ, '2024-01-01T01:00Z', '2024-01-01T02:00Z');
    const found = await createCompletenessReader(sql).find([never, partly, wholly]);
    const missing = [
      request(CZ, '2024-01-01T06:00Z', '2024-01-01T08:00Z').window,
      request(CZ, '2024-01-01T09:00Z', '2024-01-01T10:00Z').window,
      request(CZ, '2024-01-01T11:00Z', '2024-01-02T00:00Z').window,
    ];
    expect(found).toEqual([
      {
        request: never,
        collectedMs: 0,
        notPublishedMs: 0,
        missing: [never.window],
        awaited: [],
      },
      {
        request: partly,
        collectedMs: 7 * HOUR_MS,
        notPublishedMs: HOUR_MS,
        missing,
        awaited: [],
      },
      { request: wholly, collectedMs: HOUR_MS, notPublishedMs: 0, missing: [], awaited: [] },
    ]);
  }));

it('awaits what an answer had no value for yet, until one has, or until it is old', () =>
  withDatabase(async (sql) => {
    const days = request(CZ, '2024-01-01T00:00Z', '2024-01-04T00:00Z');
    const find = async () => {
      const [found] = await createCompletenessReader(sql).find([days]);
      const awaited = found?.awaited.map(({ from, to }) => `${from}/${to}`);
      return { ...found, request: null, missing: found?.missing.length, awaited };
    };
    // In the afternoon of the second day, after a value that is not there and the last that is.
    await deliver(sql, days, '2024-01-02T15:00Z', hourly(0, '1'), hourly(2, ...Array(36).fill('1')));
    expect(await find()).toEqual({
      request: null,
      collectedMs: 37 * HOUR_MS,
      notPublishedMs: 0,
      missing: 0,
      awaited: ['2024-01-01T01:00:00Z/2024-01-01T02:00:00Z', '2024-01-02T14:00:00Z/2024-01-04T00:00:00Z'],
    });
    // "No data" says nothing of what is young either.
    await deliver(sql, days, '2024-01-05T00:00Z');
    expect(await find()).toMatchObject({ collectedMs: 37 * HOUR_MS, notPublishedMs: 0 });
    await deliver(sql, days, '2024-01-05T01:00Z', hourly(38, ...Array(34).fill('1')));
    expect(await find()).toMatchObject({ awaited: ['2024-01-01T01:00:00Z/2024-01-01T02:00:00Z'] });
    // Thirty days after it, an hour without a value is one.
    await deliver(sql, days, '2024-02-01T00:00Z', hourly(38, '1'));
    expect(await find()).toMatchObject({ collectedMs: 3 * DAY_MS, awaited: [] });
  }));

it('says of the future what an answer says of it', () =>
  withDatabase(async (sql) => {
    const week = request(CZ, '2024-01-01T00:00Z', '2024-01-08T00:00Z');
    await deliver(sql, week, '2023-12-29T12:00Z', hourly(0, ...Array(48).fill('1')));
    const [found] = await createCompletenessReader(sql).find([week]);
    expect(found).toMatchObject({
      collectedMs: 2 * DAY_MS,
      missing: [],
      awaited: [request(CZ, '2024-01-03T00:00Z', '2024-01-08T00:00Z').window],
    });
  }));

it('awaits the kind of series that comes last, whatever the resolution of each', () =>
  withDatabase(async (sql) => {
    const day = request(CZ, '2024-01-01T00:00Z', '2024-01-02T00:00Z');
    const of = (key: Partial<Observation['key']>, observation: Observation): Observation => ({
      ...observation,
      key: { ...observation.key, ...key },
    });
    await deliver(
      sql,
      day,
      '2024-01-02T00:00Z',
      hourly(0, '1', '1', '1'),
      of({ resolution: 'PT30M' }, hourly(3, '1')),
      of({ businessType: 'A60' }, hourly(0, '1', '1')),
    );
    const [found] = await createCompletenessReader(sql).find([day]);
    expect(found).toMatchObject({ collectedMs: 2 * HOUR_MS, missing: [] });
  }));

it('asks the ledger nothing about nothing', () =>
  withDatabase(async (sql) => {
    expect(await createCompletenessReader(sql).find([])).toEqual([]);
  }));
