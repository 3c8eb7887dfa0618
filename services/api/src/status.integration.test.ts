import { describe, expect, it } from 'vitest';
import { CZ, storePoints, storeSeries } from './testing/stored.ts';
import { LOAD, startTestApi } from './testing/test-api.ts';

const POLLED_LOAD = {
  ...LOAD,
  polls: [{ priority: 'live' as const, everyMinutes: 10, unit: 'day' as const, first: -3, last: 1 }],
};

describe('GET /v1/status', () => {
  it('needs attention before a scheduler has run, and has every part nevertheless', async () => {
    await using api = await startTestApi();
    expect(await api.json('/v1/status')).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      simulated: false,
      status: 'attention',
      problems: [
        {
          kind: 'scheduler-silent',
          message: 'no scheduler has completed a round yet',
          advice: expect.any(String),
        },
      ],
      scheduler_last_round_at: null,
      sources: [],
      windows: [],
      answers: { unprocessed: 0, oldest_unprocessed_at: null, last_processed_at: null, undecodable: 0 },
      freshness: [],
      backfills: [],
      errors: [],
    });
  });

  it('is ok while what is kept current is; areas have their codes beside their EICs', async () => {
    await using api = await startTestApi({ datasets: [POLLED_LOAD] });
    const { sql } = api;
    await storePoints(sql, await storeSeries(sql), ['2023-03-03T00:00:00Z', '1']);
    await sql`update series set last_starts_at = date_trunc('hour', now()) - interval '1 hour'`;
    await sql`insert into scheduler_round (completed_at) values (now())`;
    await sql`
      insert into coverage (source, dataset, area, wanted, collected, last_asked_at, last_outcome)
      values ('entsoe', 'actual-total-load', ${CZ}, tstzmultirange(tstzrange(now() - interval '2 hours', now())),
        tstzmultirange(tstzrange(now() - interval '1 hour', now())), now(), 'data')`;
    await sql`
      insert into collection_window (source, dataset, area, window_start, window_end, priority, status)
      values ('entsoe', 'actual-total-load', ${CZ}, now(), now() + interval '1 day', 'live', 'pending')`;
    expect(await api.json('/v1/status')).toMatchObject({
      status: 'ok',
      problems: [],
      sources: [
        {
          source: 'entsoe',
          requests_last_minute: 0,
          last_asked_at: null,
          oldest_untried_at: null,
          requests_per_minute_limit: 380,
          blocked_until: null,
          block_reason: null,
          cut_off_since: null,
        },
      ],
      windows: [{ priority: 'live', pending: 1, retried: 0, paused: 0, fetched: 0, failed_last_day: 0 }],
      freshness: [
        {
          dataset: 'actual-total-load',
          area_code: 'CZ',
          area_eic: CZ,
          counter_area_code: null,
          counter_area_eic: null,
          freshness: 'current',
          last_outcome: 'data',
          gap_seconds: 3_600,
          poll: { status: 'pending', error: null },
        },
      ],
    });
  });

  it('names the windows that failed, with their reasons', async () => {
    await using api = await startTestApi();
    await api.sql`insert into scheduler_round (completed_at) values (now())`;
    await api.sql`
      insert into collection_window
        (source, dataset, area, window_start, window_end, priority, status, outcome, error, finished_at)
      values ('entsoe', 'actual-total-load', ${CZ}, '2023-03-03T00:00Z', '2023-03-04T00:00Z', 'live', 'failed', 'failed',
        'source refused the request', '2099-01-01T00:00:00Z')`;
    expect(await api.json('/v1/status')).toMatchObject({
      status: 'attention',
      problems: [{ kind: 'windows-failed' }],
      errors: [
        {
          time: '2099-01-01T00:00:00Z',
          source: 'entsoe',
          dataset: 'actual-total-load',
          area_code: 'CZ',
          area_eic: CZ,
          counter_area_code: null,
          counter_area_eic: null,
          start_time: '2023-03-03T00:00:00Z',
          end_time: '2023-03-04T00:00:00Z',
          error: 'source refused the request',
        },
      ],
    });
  });

  it('tells of a backfill how many windows were tried in vain, and why', async () => {
    await using api = await startTestApi();
    const id = '00000000-0000-4000-8000-000000000001';
    await api.sql`insert into collection (id, origin) values (${id}, 'backfill')`;
    await api.sql`
      insert into collection_window
        (collection_id, source, dataset, area, window_start, window_end, priority, status, error)
      values
        (${id}, 'entsoe', 'actual-total-load', ${CZ}, '2023-03-03T00:00Z', '2023-03-04T00:00Z', 'backfill', 'pending', null),
        (${id}, 'entsoe', 'actual-total-load', ${CZ}, '2023-03-04T00:00Z', '2023-03-05T00:00Z', 'backfill', 'pending',
          'the platform failed')`;
    expect(await api.json('/v1/status')).toMatchObject({
      backfills: [{ id, state: 'running', pending: 2, retried: 1, retried_error: 'the platform failed' }],
    });
  });

  it('may not be kept by anyone on the way', async () => {
    await using api = await startTestApi();
    expect((await api.fetch('/v1/status')).headers.get('cache-control')).toBe('no-store');
  });

  it('takes no parameters', async () => {
    await using api = await startTestApi();
    expect((await api.fetch('/v1/status?area_code=CZ')).status).toBe(400);
  });
});
