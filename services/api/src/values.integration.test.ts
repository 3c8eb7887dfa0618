import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CZ, DE_LU, storePoints, storeSeries } from './testing/stored.ts';
import { startTestApi, type TestApi } from './testing/test-api.ts';

const PATH = '/v1/datasets/actual-total-load/values';
const DAY = 'start_time=2023-03-03&end_time=2023-03-04';

describe('values as JSON', () => {
  it('keeps every published digit, tells null from 0, and leaves out what was not published', async () => {
    await using api = await startTestApi();
    const id = await storeSeries(api.sql);
    await storePoints(
      api.sql,
      id,
      ['2023-03-03T00:00:00Z', '7213.50'],
      ['2023-03-03T01:00:00Z', '0'],
      ['2023-03-03T02:00:00Z', null],
      ['2023-03-03T04:00:00Z', '-1234567.123456789012345'],
    );
    const text = await api.text(`${PATH}?area_code=CZ&${DAY}`);
    expect(text).toContain('"values":[7213.50,0,null,-1234567.123456789012345]');
    expect(JSON.parse(text)).toEqual({
      dataset: 'actual-total-load',
      start_time: '2023-03-03T00:00:00Z',
      end_time: '2023-03-04T00:00:00Z',
      as_of: null,
      series: [
        {
          series_id: id,
          area_code: 'CZ',
          area_eic: CZ,
          counter_area_code: null,
          counter_area_eic: null,
          business_type: 'A04',
          psr_type: null,
          unit_eic: null,
          direction: null,
          contract_type: null,
          sequence: null,
          quantity: 'quantity',
          resolution: 'PT60M',
          unit: 'MAW',
          currency: null,
          process_type: null,
          price_category: null,
          market_product: null,
          auction_category: null,
          asset_eic: null,
          percentile: null,
          timestamps: [
            '2023-03-03T00:00:00Z',
            '2023-03-03T01:00:00Z',
            '2023-03-03T02:00:00Z',
            '2023-03-03T04:00:00Z',
          ],
          values: [7213.5, 0, null, Number('-1234567.123456789012345')],
        },
      ],
      next_cursor: null,
    });
  });

  it('holds the start of the range and not its end', async () => {
    await using api = await startTestApi();
    await storePoints(
      api.sql,
      await storeSeries(api.sql),
      ['2023-03-02T23:00:00Z', '1'],
      ['2023-03-03T00:00:00Z', '2'],
      ['2023-03-03T23:00:00Z', '3'],
      ['2023-03-04T00:00:00Z', '4'],
    );
    expect(await api.json(`${PATH}?area_code=CZ&${DAY}`)).toMatchObject({ series: [{ values: [2, 3] }] });
  });

  it('has no series where nothing is stored in the range', async () => {
    await using api = await startTestApi();
    await storePoints(api.sql, await storeSeries(api.sql), ['2024-01-01T00:00:00Z', '1']);
    expect(await api.json(`${PATH}?area_code=CZ&${DAY}`)).toMatchObject({ series: [] });
  });

  it('writes the offset of the zone that is asked for, on both sides of a clock change', async () => {
    await using api = await startTestApi();
    await storePoints(
      api.sql,
      await storeSeries(api.sql),
      ['2023-03-25T23:00:00Z', '1'],
      ['2023-03-26T00:00:00Z', '2'],
      ['2023-03-26T01:00:00Z', '3'],
      ['2023-03-26T22:00:00Z', '4'],
    );
    const range = 'start_time=2023-03-26&end_time=2023-03-27';
    expect(await api.json(`${PATH}?area_code=CZ&${range}&timezone=Europe/Prague`)).toMatchObject({
      start_time: '2023-03-26T00:00:00+01:00',
      end_time: '2023-03-27T00:00:00+02:00',
      series: [
        {
          timestamps: ['2023-03-26T00:00:00+01:00', '2023-03-26T01:00:00+01:00', '2023-03-26T03:00:00+02:00'],
          values: [1, 2, 3],
        },
      ],
    });
    expect(await api.json(`${PATH}?area_code=CZ&${range}&timezone=America/St_Johns`)).toMatchObject({
      series: [{ timestamps: ['2023-03-26T19:30:00-02:30'] }],
    });
  });

  it('adds since when a value has been known, and the answer that it came from', async () => {
    await using api = await startTestApi();
    await storePoints(api.sql, await storeSeries(api.sql), [
      '2023-03-03T00:00:00Z',
      '1',
      '2023-03-05T10:00:00.5Z',
    ]);
    expect(await api.json(`${PATH}?area_code=CZ&${DAY}&provenance=true`)).toMatchObject({
      series: [{ known_at: ['2023-03-05T10:00:00.5Z'], raw_payload_id: [7] }],
    });
  });

  it('answers with what was known at an instant', async () => {
    await using api = await startTestApi();
    const id = await storeSeries(api.sql);
    await storePoints(
      api.sql,
      id,
      ['2023-03-03T00:00:00Z', '3', '2023-03-07T00:00:00Z'],
      ['2023-03-03T01:00:00Z', '10', '2023-03-04T00:00:00Z'],
      ['2023-03-03T02:00:00Z', '20', '2023-03-08T00:00:00Z'],
    );
    await api.sql`
      insert into point_revision (series_id, starts_at, value, known_at, known_until, raw_payload_id) values
        (${id}, '2023-03-03T00:00:00Z', 1, '2023-03-04T00:00:00Z', '2023-03-05T00:00:00Z', 1),
        (${id}, '2023-03-03T00:00:00Z', 2, '2023-03-05T00:00:00Z', '2023-03-07T00:00:00Z', 2)`;
    const valuesAt = (asOf: string) => api.json(`${PATH}?area_code=CZ&${DAY}&as_of=${asOf}`);

    expect(await valuesAt('2023-03-03T23:59:59Z')).toMatchObject({ series: [] });
    expect(await valuesAt('2023-03-04')).toMatchObject({
      as_of: '2023-03-04T00:00:00Z',
      series: [{ values: [1, 10] }],
    });
    expect(await valuesAt('2023-03-05')).toMatchObject({ series: [{ values: [2, 10] }] });
    expect(await valuesAt('2023-03-06T23:59:59Z')).toMatchObject({ series: [{ values: [2, 10] }] });
    expect(await valuesAt('2023-03-07')).toMatchObject({ series: [{ values: [3, 10] }] });
    expect(await valuesAt('2023-03-08')).toMatchObject({ series: [{ values: [3, 10, 20] }] });
  });

  it('is narrowed by every filter, repeated or separated by commas', async () => {
    await using api = await startTestApi();
    const hourly = await storeSeries(api.sql);
    const quarterly = await storeSeries(api.sql, { resolution: 'PT15M' });
    const german = await storeSeries(api.sql, { area: DE_LU });
    const other = await storeSeries(api.sql, { business_type: 'A05' });
    for (const id of [hourly, quarterly, german, other]) {
      await storePoints(api.sql, id, ['2023-03-03T00:00:00Z', '1']);
    }
    const ids = async (query: string) => {
      const { series } = (await api.json(`${PATH}?${DAY}&${query}`)) as { series: { series_id: number }[] };
      return series.map(({ series_id }) => series_id);
    };
    expect(await ids('area_code=CZ')).toEqual([hourly, quarterly, other]);
    expect(await ids('area_code=DE_LU,CZ')).toEqual([hourly, quarterly, german, other]);
    expect(await ids(`area_code=${DE_LU}&area_code=CZ&resolution=PT60M&business_type=A04`)).toEqual([
      hourly,
      german,
    ]);
    expect(await ids(`series_id=${german}&series_id=${other}`)).toEqual([german, other]);
    expect(await ids(`series_id=${german}&area_code=CZ`)).toEqual([]);
    expect(await ids('area_code=CZ&psr_type=B16')).toEqual([]);
  });

  it('takes an EIC that no list has, as long as it is well formed', async () => {
    await using api = await startTestApi();
    const area = '10YXX-SOMEWHEREZ';
    await storePoints(api.sql, await storeSeries(api.sql, { area }), ['2023-03-03T00:00:00Z', '1']);
    expect(await api.json(`${PATH}?area_code=${area}&${DAY}`)).toMatchObject({
      series: [{ area_eic: area }],
    });
  });
});

describe('values as CSV', () => {
  it('has a header and a line per value, ended by CR LF', async () => {
    await using api = await startTestApi();
    const [first, second] = [await storeSeries(api.sql), await storeSeries(api.sql, { area: DE_LU })];
    await storePoints(api.sql, first, ['2023-03-03T00:00:00Z', '7213.50'], ['2023-03-03T01:00:00Z', null]);
    await storePoints(api.sql, second, ['2023-03-03T00:00:00Z', '0']);
    const response = await api.fetch(`${PATH}?area_code=CZ,DE_LU&${DAY}`, {
      headers: { accept: 'text/csv' },
    });
    expect(response.headers.get('content-type')).toBe('text/csv');
    expect(await response.text()).toBe(
      [
        'series_id,area_code,area_eic,counter_area_code,counter_area_eic,business_type,psr_type,unit_eic,' +
          'direction,contract_type,sequence,quantity,resolution,unit,currency,process_type,price_category,' +
          'market_product,auction_category,asset_eic,percentile,timestamp,value',
        `${first},CZ,${CZ},,,A04,,,,,,quantity,PT60M,MAW,,,,,,,,2023-03-03T00:00:00Z,7213.50`,
        `${first},CZ,${CZ},,,A04,,,,,,quantity,PT60M,MAW,,,,,,,,2023-03-03T01:00:00Z,`,
        `${second},DE_LU,${DE_LU},,,A04,,,,,,quantity,PT60M,MAW,,,,,,,,2023-03-03T00:00:00Z,0`,
        '',
      ].join('\r\n'),
    );
  });

  it('has the header when nothing is stored', async () => {
    await using api = await startTestApi();
    expect(await api.text(`${PATH}?area_code=CZ&${DAY}&format=csv&provenance=true`)).toMatch(
      /^series_id,.*,timestamp,value,known_at,raw_payload_id\r\n$/,
    );
  });
});

describe('a request for values', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it.each([
    ['unknown parameter', `area_cod=CZ&${DAY}`, 400, 'area_cod', 'did you mean area_code'],
    [
      'parameter that is not built yet',
      `area_code=CZ&${DAY}&resample=P1D`,
      400,
      'resample',
      'supported: area_code',
    ],
    ['format that is not built yet', `area_code=CZ&${DAY}&format=parquet`, 400, 'format', '"json"|"csv"'],
    ['no area and no series', DAY, 400, 'area_code', 'required'],
    ['no start', 'area_code=CZ&end_time=2023-03-04', 400, 'start_time', 'required'],
    [
      'time without an offset',
      'area_code=CZ&start_time=2023-03-03T00:00&end_time=2023-03-04',
      400,
      'start_time',
      'offset',
    ],
    ['unknown zone', `area_code=CZ&${DAY}&timezone=Mars/Olympus`, 400, 'timezone', 'IANA'],
    ['time given twice', `area_code=CZ&${DAY}&start_time=2024-01-01`, 400, 'start_time', 'takes one value'],
    ['EIC with a typing error', `area_code=10YCZ-CEPS-----X&${DAY}`, 404, 'area_code', 'check character'],
    ['abbreviation for a zone', `area_code=CZ&${DAY}&timezone=BST`, 400, 'timezone', 'IANA'],
    ['offset for a zone', `area_code=CZ&${DAY}&timezone=%2B01:00`, 400, 'timezone', 'IANA'],
    ['malformed series id', `series_id=1x&${DAY}`, 400, 'series_id', 'positive integers'],
    ['unknown area', `area_code=CX&${DAY}`, 404, 'area_code', 'did you mean'],
    ['empty range', 'area_code=CZ&start_time=2023-03-03&end_time=2023-03-03', 422, 'end_time', 'later'],
  ])('is refused for: %s, naming the parameter', async (_, query, status, parameter, message) => {
    const response = await api.fetch(`${PATH}?${query}`);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      type: 'about:blank',
      status,
      instance: response.headers.get('x-request-id'),
      errors: expect.arrayContaining([{ parameter, message: expect.stringContaining(message) }]),
    });
  });

  it('names the nearest dataset to an unknown one', async () => {
    const response = await api.fetch(`/v1/datasets/actual-total-lod/values?area_code=CZ&${DAY}`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('did you mean actual-total-load');
  });

  it('gets the head alone with HEAD', async () => {
    const response = await api.fetch(`${PATH}?area_code=CZ&${DAY}`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json',
      '',
    ]);
  });
});
