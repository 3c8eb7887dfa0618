import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { CollectionRequest } from './collect-data.ts';
import { createRequestCollection } from './request-collection.ts';
import { CZ } from './testing/stored.ts';
import { LOAD, startTestApi } from './testing/test-api.ts';

const DAY = { area_code: 'CZ', start_time: '2023-03-03', end_time: '2023-03-04' };

function post(body: unknown): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

describe('collect-data', () => {
  it.each([
    ['dataset', { ...DAY, dataset: 'actual-total-load' }],
    ['data type', { ...DAY, data_type: 'actual', counter_area_code: null, contract_type: null }],
  ])('asks for a %s of an area over a window, and says where to look', async (_, body) => {
    const requests: CollectionRequest[] = [];
    await using api = await startTestApi({
      requestCollection: async (request) => {
        requests.push(request);
        return { id: 'c0ffee00-0000-4000-8000-000000000000', windows: 1 };
      },
    });
    const response = await api.fetch('/v1/collect-data', post(body));
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe('/v1/collections/c0ffee00-0000-4000-8000-000000000000');
    expect(await response.json()).toEqual({
      id: 'c0ffee00-0000-4000-8000-000000000000',
      windows: 1,
      status: 'pending',
    });
    expect(requests).toEqual([
      {
        dataset: LOAD,
        area: CZ,
        counterArea: null,
        from: Temporal.Instant.from('2023-03-03T00:00:00Z'),
        to: Temporal.Instant.from('2023-03-04T00:00:00Z'),
      },
    ]);
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])(
    'is refused to a proxy on the same machine that says so with %s',
    async (name) => {
      await using api = await startTestApi();
      const { headers, ...request } = post({ ...DAY, dataset: 'actual-total-load' });
      const response = await api.fetch('/v1/collect-data', {
        ...request,
        headers: { ...headers, [name]: '127.0.0.1' },
      });
      expect(response.status).toBe(403);
    },
  );

  it.each([
    ['page.example:8080', 403],
    ['localhost:8080', 202],
    ['[::1]:8080', 202],
  ])(
    'asked by the name %s ends with %i: a page whose own name leads to this machine may not',
    async (host, status) => {
      await using api = await startTestApi({
        requestCollection: async () => ({ id: crypto.randomUUID(), windows: 1 }),
      });
      const headers = { 'content-type': 'application/json', host };
      // fetch lets nobody choose the name.
      const asked = request(new URL('/v1/collect-data', api.url), { method: 'POST', headers });
      asked.end(JSON.stringify({ ...DAY, dataset: 'actual-total-load' }));
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.resume();
      expect(response.statusCode).toBe(status);
    },
  );

  it('refuses what cannot be collected, naming the parameter', async () => {
    await using api = await startTestApi();
    const refusal = async (body: unknown) => {
      const response = await api.fetch('/v1/collect-data', post(body));
      const { errors } = (await response.json()) as { errors: { parameter: string }[] };
      return [response.status, ...errors.map(({ parameter }) => parameter)];
    };
    const load = { ...DAY, dataset: 'actual-total-load' };
    expect(await refusal(DAY)).toEqual([400, 'dataset']);
    expect(await refusal({ ...load, data_type: 'actual' })).toEqual([400, 'dataset']);
    expect(await refusal({ ...load, areacode: 'CZ' })).toEqual([400, 'areacode']);
    expect(await refusal({ ...load, start_time: undefined })).toEqual([400, 'start_time']);
    expect(await refusal({ ...load, dataset: 'actual-total-lod' })).toEqual([404, 'dataset']);
    expect(await refusal({ ...load, area_code: 'CX' })).toEqual([404, 'area_code']);
    expect(await refusal({ ...load, counter_area_code: 'DE_LU' })).toEqual([422, 'counter_area_code']);
    expect(await refusal({ ...load, contract_type: 'A01' })).toEqual([422, 'contract_type']);
    expect(await refusal({ ...load, area_code: 'CWE' })).toEqual([422, 'area_code']);
    expect(await refusal({ ...load, area_code: 'DE_AT_LU' })).toEqual([422, 'area_code']);
    expect(await refusal({ ...load, end_time: '2023-03-03' })).toEqual([422, 'end_time']);
    expect(await refusal({ ...load, end_time: '2043-03-04' })).toEqual([422, 'end_time']);
    expect(await refusal('{"dataset":')).toEqual([400]);
    expect(await refusal({ ...load, area_code: 'x'.repeat(100_000) })).toEqual([413]);
  });

  it('asks for the load of Austria of before its price zone began: as a control area it is older', async () => {
    const requestCollection = async () => ({ id: 'c0ffee00-0000-4000-8000-000000000000', windows: 1 });
    await using api = await startTestApi({ requestCollection });
    const year = {
      dataset: 'actual-total-load',
      area_code: 'AT',
      start_time: '2016-01-01',
      end_time: '2017-01-01',
    };
    expect((await api.fetch('/v1/collect-data', post(year))).status).toBe(202);
  });

  it('says which type a body has to be of', async () => {
    await using api = await startTestApi();
    const form = { ...post(DAY), headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const response = await api.fetch('/v1/collect-data', form);
    expect([response.status, await response.json()]).toEqual([
      415,
      expect.objectContaining({ detail: expect.stringContaining('content-type: application/json') }),
    ]);
  });
});

describe('a collection', () => {
  it('shows its windows and how each ended, without those that were split', async () => {
    await using api = await startTestApi();
    const request = { dataset: LOAD, area: CZ, counterArea: null };
    const [from, to] = ['2021-01-01T00:00:00Z', '2023-01-01T00:00:00Z'].map((text) =>
      Temporal.Instant.from(text),
    );
    if (from === undefined || to === undefined) throw new Error('two instants');
    const { id, windows } = await createRequestCollection(api.sql)({ ...request, from, to });
    expect(windows).toBe(2);
    expect(await api.json(`/v1/collections/${id}`)).toEqual({
      id,
      status: 'pending',
      windows: [
        { ...pending, start_time: '2021-01-01T00:00:00Z', end_time: '2022-01-01T00:00:00Z' },
        { ...pending, start_time: '2022-01-01T00:00:00Z', end_time: '2023-01-01T00:00:00Z' },
      ],
      points_stored: 0,
    });

    await api.sql`
      update collection_window set status = 'succeeded', outcome = 'stored', points = 8760
      where collection_id = ${id} and window_start = ${from}`;
    await api.sql`
      update collection_window set status = 'split' where collection_id = ${id} and window_start > ${from}`;
    await api.sql`
      insert into collection_window
        (collection_id, source, dataset, area, window_start, window_end, priority, status, outcome, error)
      values (${id}, 'entsoe', 'actual-total-load', ${CZ}, '2022-01-01', '2022-07-01', 'live', 'fetched', null, null),
        (${id}, 'entsoe', 'actual-total-load', ${CZ}, '2022-07-01', '2023-01-01', 'live', 'failed', 'failed', 'why')`;
    expect(await api.json(`/v1/collections/${id}`)).toMatchObject({
      status: 'running',
      windows: [
        { status: 'succeeded', outcome: 'stored', points: 8760 },
        { status: 'running', outcome: null },
        { start_time: '2022-07-01T00:00:00Z', status: 'failed', outcome: 'failed', error: 'why' },
      ],
      points_stored: 8760,
    });
  });

  it('that nobody asked for is 404, and an id that is none is 400', async () => {
    await using api = await startTestApi();
    expect((await api.fetch(`/v1/collections/${crypto.randomUUID()}`)).status).toBe(404);
    expect((await api.fetch('/v1/collections/12')).status).toBe(400);
  });
});

const pending = { status: 'pending', outcome: null, points: null, error: null };
