import { describe, expect, it } from 'vitest';
import { CZ, storePoints, storeSeries } from './testing/stored.ts';
import { startTestApi } from './testing/test-api.ts';

describe('the catalogue', () => {
  it('shows every dataset with its first and last stored instant', async () => {
    await using api = await startTestApi();
    const quarterly = await storeSeries(api.sql, { resolution: 'PT15M' });
    await storePoints(api.sql, await storeSeries(api.sql), ['2023-03-03T00:00:00Z', '1']);
    await storePoints(api.sql, quarterly, ['2023-05-01T00:00:00Z', '1']);
    expect(await api.json('/v1/datasets')).toMatchObject({
      datasets: [
        {
          id: 'actual-total-load',
          data_type: 'actual',
          article: '6.1.A',
          first_timestamp: '2023-03-03T00:00:00Z',
          last_timestamp: '2023-05-01T00:00:00Z',
        },
        { id: 'day-ahead-total-load-forecast', first_timestamp: null, last_timestamp: null },
      ],
    });
    expect(await api.json('/v1/datasets/actual-total-load')).toMatchObject({ unit: 'MAW', border: false });
    expect((await api.fetch('/v1/datasets/nothing-like-it')).status).toBe(404);
  });

  it('shows areas with their code, EIC and zone', async () => {
    await using api = await startTestApi();
    const { areas } = (await api.json('/v1/areas')) as { areas: { code: string }[] };
    const find = (wanted: string) => areas.find(({ code }) => code === wanted);
    expect(find('CZ')).toMatchObject({ eic: CZ, timezone: 'Europe/Prague', valid_until: null });
    expect(find('DE_AT_LU')).toMatchObject({ valid_from: null, valid_until: '2018-09-30T22:00:00Z' });
    expect(find('AT')).toMatchObject({ valid_from: '2018-09-30T22:00:00Z', valid_kinds: ['BZN'] });
  });

  it('shows the series that are stored, narrowed by dataset and area', async () => {
    await using api = await startTestApi();
    const id = await storeSeries(api.sql);
    await storeSeries(api.sql, { dataset: 'day-ahead-total-load-forecast' });
    await storePoints(api.sql, id, ['2023-03-03T00:00:00Z', '1'], ['2023-03-03T01:00:00Z', '2']);
    expect(
      await api.json('/v1/series?dataset=actual-total-load&area_code=CZ&timezone=Europe/Prague'),
    ).toEqual({
      series: [
        expect.objectContaining({
          series_id: id,
          dataset: 'actual-total-load',
          area_code: 'CZ',
          first_timestamp: '2023-03-03T01:00:00+01:00',
          last_timestamp: '2023-03-03T02:00:00+01:00',
          points: 2,
        }),
      ],
    });
    expect(await api.json('/v1/series?area_code=DE_LU')).toEqual({ series: [] });
    expect(await api.json('/v1/series')).toMatchObject({ series: [{}, {}] });
  });
});

describe('the latest values', () => {
  it('are those with the latest timestamp of each series, null and forecasts included', async () => {
    await using api = await startTestApi();
    const [hourly, quarterly] = [
      await storeSeries(api.sql),
      await storeSeries(api.sql, { resolution: 'PT15M' }),
    ];
    await storeSeries(api.sql, { resolution: 'P1D' });
    await storePoints(api.sql, hourly, ['2023-03-03T00:00:00Z', '1.10'], ['2123-03-03T01:00:00Z', '2.50']);
    await storePoints(api.sql, quarterly, ['2023-03-03T00:00:00Z', '1'], ['2023-03-03T00:15:00Z', null]);
    const text = await api.text('/v1/datasets/actual-total-load/latest?area_code=CZ');
    expect(text).toContain('"value":2.50,');
    expect(JSON.parse(text)).toEqual({
      dataset: 'actual-total-load',
      series: [
        expect.objectContaining({
          series_id: hourly,
          timestamp: '2123-03-03T01:00:00Z',
          value: 2.5,
          known_at: '2023-03-05T00:00:00Z',
        }),
        expect.objectContaining({ series_id: quarterly, timestamp: '2023-03-03T00:15:00Z', value: null }),
      ],
    });
  });
});
