import { connect, type Sql } from '@energy-data-service/db';
import { describe, expect, it } from 'vitest';
import { REQUEST_LIMITS } from './request-limits.ts';
import { startTestApi, type TestApi } from './testing/test-api.ts';

const SERIES = '/v1/series';

const WAIT = { timeout: 20_000, interval: 20 };

/** Another pool on the API's database, as its own user or as another. */
function connectTo({ sql }: TestApi, options: Parameters<typeof connect>[1], user?: string): Sql {
  const { host, port, database, user: owner, pass } = sql.options;
  const credentials = user ?? `${owner}:${encodeURIComponent(`${pass ?? ''}`)}`;
  return connect(`postgres://${credentials}@${host[0]}:${port[0]}/${database}`, options);
}

/** Runs `work` while nobody else can read series. */
async function whileSeriesAreLocked(sql: Sql, work: () => Promise<void>): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`lock table series in access exclusive mode`;
    await work();
  });
}

async function seen(response: Response) {
  const { status, headers } = response;
  const { detail } = (await response.json()) as { detail: string };
  return { status, retryAfter: headers.get('retry-after'), type: headers.get('content-type'), detail };
}

describe('the API, when the database has no answer', () => {
  it('answers 504 after the time that a statement may take', async () => {
    await using database = await startTestApi();
    const slow = connectTo(database, { max: 1, statementTimeoutMs: 100 });
    await using api = await startTestApi({ sql: slow, lookups: slow });
    await whileSeriesAreLocked(database.sql, async () => {
      expect(await seen(await api.fetch(SERIES))).toEqual({
        status: 504,
        retryAfter: '30',
        type: 'application/problem+json',
        detail: 'the database took too long; ask for less at a time, or again later',
      });
    });
    expect((await api.fetch(SERIES)).status).toBe(200);
    await slow.end();
  });

  it('measures for how long those waited who did not wait for the end', async () => {
    await using api = await startTestApi();
    const leaving = new AbortController();
    await whileSeriesAreLocked(api.sql, async () => {
      const left = expect(api.fetch(SERIES, { signal: leaving.signal })).rejects.toThrow('aborted');
      await expect
        .poll(async () => (await api.sql`select from pg_locks where not granted`).length, WAIT)
        .toBe(1);
      leaving.abort();
      await left;
      // The connection is gone for the server too.
      expect((await api.fetch('/livez')).status).toBe(200);
    });
    await expect
      .poll(() => api.text('/metrics'), WAIT)
      .toContain(`duration_seconds_count{method="GET",route="${SERIES}"} 1`);
  });

  it('answers 503 while every connection is busy for too long, and 200 once one is free', async () => {
    await using database = await startTestApi();
    const full = connectTo(database, { max: 1 });
    await using api = await startTestApi({
      sql: full,
      lookups: full,
      limits: { ...REQUEST_LIMITS, answerTimeoutMs: 100 },
    });
    await full.begin(async () => {
      expect(await seen(await api.fetch(SERIES))).toEqual({
        status: 503,
        retryAfter: '5',
        type: 'application/problem+json',
        detail: 'the database is busy with other requests',
      });
    });
    expect((await api.fetch(SERIES)).status).toBe(200);
    await full.end();
  });

  it('refuses at once what would wait behind too many, and still tells whether it is alive', async () => {
    await using database = await startTestApi();
    const full = connectTo(database, { max: 1 });
    await using api = await startTestApi({
      sql: full,
      lookups: full,
      limits: { ...REQUEST_LIMITS, maxWaiting: 1 },
    });
    let answers: Promise<Response>[] = [];
    await full.begin(async () => {
      answers = [api.fetch(SERIES), api.fetch(SERIES)];
      expect((await Promise.race(answers)).status).toBe(503);
      expect((await api.fetch('/livez')).status).toBe(200);
    });
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 503]);
    await full.end();
  });

  it('answers 503 to what it cannot store for want of room', async () => {
    const full = Object.assign(new Error('could not extend file: No space left on device'), {
      code: '53100',
    });
    await using api = await startTestApi({ requestCollection: () => Promise.reject(full) });
    const wish = {
      dataset: 'actual-total-load',
      area_code: 'CZ',
      start_time: '2024-01-01',
      end_time: '2024-01-02',
    };
    const response = await api.fetch('/v1/collect-data', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wish),
    });
    expect(await seen(response)).toEqual({
      status: 503,
      retryAfter: '30',
      type: 'application/problem+json',
      detail: 'the database has no room left',
    });
  });

  it('answers 503 when the server has no room for another connection, and 200 once it has', async () => {
    await using database = await startTestApi();
    const role = `limited_${new URL(database.url).port}`;
    await database.sql.unsafe(`create role ${role} login password 'p' connection limit 1`);
    await database.sql.unsafe(`grant select on all tables in schema public to ${role}`);
    const only = connectTo(database, { max: 1 }, `${role}:p`);
    const limited = connectTo(database, { max: 1 }, `${role}:p`);
    await using api = await startTestApi({ sql: limited, lookups: limited });
    await only`select 1`;
    expect(await seen(await api.fetch(SERIES))).toMatchObject({ status: 503, retryAfter: '5' });
    await only.end();
    await expect.poll(async () => (await api.fetch(SERIES)).status).toBe(200);
    await limited.end();
    await database.sql.unsafe(`drop owned by ${role}`);
    await database.sql.unsafe(`drop role ${role}`);
  });

  it('goes on by itself after the server has ended every connection, as it does when it restarts', async () => {
    await using api = await startTestApi();
    expect((await api.fetch(SERIES)).status).toBe(200);
    const restarting = connectTo(api, { max: 1 });
    await restarting`
      select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    await expect.poll(async () => (await api.fetch(SERIES)).status).toBe(200);
    await restarting.end();
  });
});
