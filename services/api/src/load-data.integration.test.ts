import { describe, expect, it } from 'vitest';
import { storePoints, storeSeries } from './testing/stored.ts';
import { startTestApi } from './testing/test-api.ts';

const RANGE = 'start_time=2023-03-03&end_time=2023-03-05';

describe('load data', () => {
  it('has one row per value with the columns of the contract, ordered by timestamp', async () => {
    await using api = await startTestApi();
    const actual = await storeSeries(api.sql);
    const forecast = await storeSeries(api.sql, {
      dataset: 'day-ahead-total-load-forecast',
      resolution: 'P1D',
    });
    await api.sql`
      insert into raw_payload
        (id, source, dataset, area, window_start, window_end, status, content_hash, body, body_size)
      overriding system value
      values (7, 'entsoe', 'actual-total-load', 'CZ', '2023-03-03', '2023-03-04', 200, '', '', 0)`;
    await api.sql`
      insert into observation (raw_payload_id, series_id, starts_at, ends_at, step, document_mrid, time_series_mrid,
        curve_type, object_aggregation)
      values (7, ${actual}, '2023-03-03', '2023-03-04', '1 hour', 'doc', '1', 'A01', 'A01')`;
    await storePoints(api.sql, actual, ['2023-03-03T00:00:00Z', '7213.50'], ['2023-03-03T02:00:00Z', null]);
    await storePoints(api.sql, forecast, ['2023-03-03T01:00:00Z', '7000']);

    const text = await api.text(`/v1/load-data?area_code=CZ&${RANGE}`);
    expect(text).toContain('"quantity_mw":7213.50,');
    const rows = JSON.parse(text);
    expect(rows[0]).toEqual({
      timestamp: '2023-03-03T00:00:00Z',
      area_code: 'CZ',
      data_type: 'actual',
      business_type: 'A04',
      quantity_mw: 7213.5,
      unit_name: 'MAW',
      object_aggregation: 'A01',
      curve_type: 'A01',
      resolution_minutes: 60,
      document_mrid: 'doc',
      time_series_mrid: '1',
      data_source: 'entsoe',
      created_at: '2023-03-05T00:00:00Z',
      updated_at: '2023-03-05T00:00:00Z',
    });
    expect(rows.slice(1)).toMatchObject([
      {
        timestamp: '2023-03-03T01:00:00Z',
        data_type: 'day_ahead',
        quantity_mw: 7000,
        resolution_minutes: null,
      },
      { timestamp: '2023-03-03T02:00:00Z', data_type: 'actual', quantity_mw: null },
    ]);
  });

  it('is narrowed by data type and business type', async () => {
    await using api = await startTestApi();
    for (const dataset of ['actual-total-load', 'day-ahead-total-load-forecast']) {
      const id = await storeSeries(api.sql, { dataset });
      await storePoints(api.sql, id, ['2023-03-03T00:00:00Z', '1']);
    }
    const types = async (query: string) => {
      const rows = (await api.json(`/v1/load-data?area_code=CZ&${RANGE}&${query}`)) as {
        data_type: string;
      }[];
      return rows.map(({ data_type }) => data_type);
    };
    expect(await types('data_type=actual')).toEqual(['actual']);
    expect(await types('data_type=actual,day_ahead')).toEqual(['actual', 'day_ahead']);
    expect(await types('business_type=A05')).toEqual([]);
    const response = await api.fetch(`/v1/load-data?area_code=CZ&${RANGE}&data_type=actua`);
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining('actual, day_ahead'),
    ]);
  });

  it('is an empty array where nothing is stored', async () => {
    await using api = await startTestApi();
    expect(await api.text(`/v1/load-data?area_code=CZ&${RANGE}`)).toBe('[]');
  });
});
