import type { Dataset } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { createSourceStateRepository } from './source-state.ts';

const LOAD = { id: 'actual-total-load', maxWindowDays: 365 } as Dataset;
const MARGIN = { id: 'year-ahead-forecast-margin', maxWindowDays: 365 } as Dataset;
const CZ = '10YCZ-CEPS-----N';
const FR = '10YFR-RTE------C';

async function withDatabase(test: (sql: Sql) => Promise<void>): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 1 });
  try {
    await test(sql);
  } finally {
    await sql.end();
  }
}

it('a refusal limits the windows of a dataset, too much for one answer those of one of its areas', () =>
  withDatabase(async (sql) => {
    const sourceState = createSourceStateRepository(sql);
    await sourceState.limitWindow('entsoe', LOAD.id, 31);
    await sourceState.limitWindow('entsoe', LOAD.id, 7, CZ);
    await sourceState.limitWindow('entsoe', LOAD.id, 15, CZ);
    const longestWindow = await sourceState.findLongestWindows();
    expect(longestWindow(LOAD, CZ)).toBe(7);
    expect(longestWindow(LOAD, FR)).toBe(31);
    expect(longestWindow(MARGIN, CZ)).toBe(365);
    expect(await sourceState.findWindowLimit('entsoe', LOAD.id, CZ)).toBe(7);
    expect(await sourceState.findWindowLimit('entsoe', LOAD.id, FR)).toBe(31);
    expect(await sourceState.findWindowLimit('entsoe', MARGIN.id, CZ)).toBeNull();
  }));

it('a limit is forgotten after a month, and can be learnt anew, be it larger', () =>
  withDatabase(async (sql) => {
    const sourceState = createSourceStateRepository(sql);
    await sourceState.limitWindow('entsoe', LOAD.id, 7);
    await sql`update window_limit set learnt_at = learnt_at - interval '29 days'`;
    expect((await sourceState.findLongestWindows())(LOAD, CZ)).toBe(7);
    await sql`update window_limit set learnt_at = learnt_at - interval '2 days'`;
    expect((await sourceState.findLongestWindows())(LOAD, CZ)).toBe(365);
    expect(await sourceState.findWindowLimit('entsoe', LOAD.id, CZ)).toBeNull();
    await sourceState.limitWindow('entsoe', LOAD.id, 31);
    expect((await sourceState.findLongestWindows())(LOAD, CZ)).toBe(31);
  }));
