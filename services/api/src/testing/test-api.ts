import { connect, type Sql } from '@energy-data-service/db';
import type { Dataset } from '@energy-data-service/domain';
import { createLogger, createMonitoring } from '@energy-data-service/runtime';
import { createTestDatabase } from '@energy-data-service/test-support';
import { inject } from 'vitest';
import { type ApiOptions, startApi } from '../server.ts';

/** The API on a free port of this machine, with a database of its own. */
export interface TestApi extends AsyncDisposable {
  readonly url: string;
  readonly sql: Sql;
  /** Lines that were logged, parsed. */
  readonly log: readonly Record<string, unknown>[];
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The body of an answer with status 200. */
  json(path: string): Promise<unknown>;
  text(path: string, init?: RequestInit): Promise<string>;
}

export async function startTestApi(overrides: Partial<ApiOptions> = {}): Promise<TestApi> {
  const database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 4 });
  const lookups = connect(database.url, { max: 2 });
  const log: Record<string, unknown>[] = [];
  const api = await startApi({
    sql,
    lookups,
    datasets: [LOAD, FORECAST],
    budgets: new Map([['entsoe', 380]]),
    log: createLogger('api', 'info', { write: (line) => void log.push(JSON.parse(line)) }),
    monitoring: createMonitoring(),
    requestCollection: () => Promise.reject(new Error('this test collects nothing')),
    port: 0,
    hostname: '127.0.0.1',
    ...overrides,
  });
  const get = (path: string, init?: RequestInit) => fetch(api.url + path, init);
  async function text(path: string, init?: RequestInit): Promise<string> {
    const response = await get(path, init);
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return response.text();
  }
  return {
    url: api.url,
    sql,
    log,
    fetch: get,
    text,
    json: async (path) => JSON.parse(await text(path)),
    async [Symbol.asyncDispose]() {
      await api.close();
      await Promise.all([sql.end(), lookups.end()]);
      await database[Symbol.asyncDispose]();
    },
  };
}

export const LOAD: Dataset = {
  id: 'actual-total-load',
  source: 'entsoe',
  title: 'Actual Total Load',
  article: '6.1.A',
  regulation: '(EU) No 543/2013',
  group: 'load',
  dataType: 'actual',
  unit: { name: 'MAW', kind: 'power' },
  resolutions: ['PT15M', 'PT60M'],
  licence: 'CC-BY 4.0',
  areaKinds: ['BZN', 'CTA', 'CTY'],
  border: false,
  maxWindowDays: 365,
  polls: [],
};

export const FORECAST: Dataset = {
  ...LOAD,
  id: 'day-ahead-total-load-forecast',
  title: 'Day-ahead Total Load Forecast',
  article: '6.1.B',
  dataType: 'day_ahead',
};
