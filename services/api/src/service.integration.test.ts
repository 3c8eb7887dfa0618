import { connect } from '@energy-data-service/db';
import { createLogger, createMonitoring, type HealthCheck } from '@energy-data-service/runtime';
import { describe, expect, it, vi } from 'vitest';
import { startApi } from './server.ts';
import { startTestApi } from './testing/test-api.ts';

const WAIT = { timeout: 20_000, interval: 50 };

/** Monitoring of an API that depends on a queue as well. */
function withQueueCheck(check: HealthCheck) {
  const monitoring = createMonitoring();
  monitoring.readiness.set('queue', check);
  return { monitoring };
}

describe('the service', () => {
  it('is alive and ready when all that it depends on answers', async () => {
    await using api = await startTestApi(withQueueCheck(async () => 'PONG'));
    expect(await api.json('/livez')).toEqual({ status: 'ok' });
    expect(await api.json('/readyz')).toEqual({ status: 'ok' });
  });

  it('says what is away when it is not ready, and logs it once', async () => {
    await using api = await startTestApi(withQueueCheck(() => Promise.reject(new Error('refused'))));
    expect((await api.fetch('/readyz')).status).toBe(503);
    const response = await api.fetch('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      detail: 'not ready: queue away',
      errors: [{ parameter: 'queue', message: 'away' }],
    });
    expect(api.log).toMatchObject([
      { level: 'warn', probe: 'readyz', failed: [{ check: 'queue', reason: 'refused' }] },
    ]);
    expect((await api.fetch('/livez')).status).toBe(200);
  });

  it('is not alive when a part of the process has to be started anew', async () => {
    const monitoring = createMonitoring();
    monitoring.liveness.set('worker', () => Promise.reject(new Error('stands still')));
    await using api = await startTestApi({ monitoring });
    expect((await api.fetch('/livez')).status).toBe(503);
    expect((await api.fetch('/readyz')).status).toBe(503);
  });

  it('counts and measures requests by route, method and status, whatever path a client makes up', async () => {
    await using api = await startTestApi();
    await api.json('/v1/datasets');
    await api.json('/v1/series?dataset=actual-total-load');
    await api.fetch('/v1/collections/not-an-id');
    await api.fetch('/v1/made-up/1');
    await api.fetch('/made-up/2');
    await vi.waitFor(async () => {
      const metrics = await api.text('/metrics');
      for (const labels of [
        'method="GET",route="/v1/datasets",status="200"',
        'method="GET",route="/v1/series",status="200"',
        'method="GET",route="/v1/collections/:id",status="400"',
      ]) {
        expect(metrics).toContain(`energy_data_http_requests_total{${labels}} 1`);
      }
      expect(metrics).toContain('energy_data_http_requests_total{method="GET",route="none",status="404"} 2');
      expect(metrics).toContain('duration_seconds_count{method="GET",route="/v1/datasets"} 1');
      expect(metrics).not.toContain('made-up');
    }, WAIT);
  });

  it('answers 503 while the database is away, and tells nothing of its address', async () => {
    const sql = connect('postgres://nobody:secret@127.0.0.1:1/nothing');
    await using api = await startTestApi({ sql, lookups: sql });
    const response = await api.fetch('/v1/series');
    const body = await response.text();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(body).toContain('the database is away');
    expect(body).not.toMatch(/127\.0\.0\.1|secret|nobody/);
    await sql.end();
  });

  it('answers 500 without saying why to a fault of its own, and logs it under the id of the request', async () => {
    await using api = await startTestApi();
    await api.sql`drop table point cascade`;
    await api.sql`insert into series (source, dataset, area, resolution, quantity) values
      ('entsoe', 'actual-total-load', '10YCZ-CEPS-----N', 'PT60M', 'quantity')`;
    const response = await api.fetch('/v1/datasets/actual-total-load/latest', {
      headers: { 'x-request-id': 'mine-1' },
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'the request failed; the log says why under this request id',
      instance: 'mine-1',
      errors: [],
    });
    expect(api.log).toContainEqual(
      expect.objectContaining({
        level: 'error',
        requestId: 'mine-1',
        msg: 'request failed',
        err: expect.objectContaining({ message: expect.stringContaining('point') }),
      }),
    );
  });

  it('answers an unknown route with the nearest, and another method with those that are allowed', async () => {
    await using api = await startTestApi();
    const unknown = await api.fetch('/v1/dataset');
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      expect.stringContaining('did you mean /v1/datasets?'),
    ]);
    const refused = await api.fetch('/v1/areas', { method: 'DELETE' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
  });

  it('takes a slash at the end for nothing', async () => {
    await using api = await startTestApi();
    expect((await api.fetch('/v1/areas/')).status).toBe(200);
  });

  it('says which port is taken', async () => {
    await using api = await startTestApi();
    const port = Number(new URL(api.url).port);
    await expect(
      startApi({
        sql: api.sql,
        lookups: api.sql,
        datasets: [],
        budgets: new Map(),
        log: createLogger('api', 'error'),
        monitoring: createMonitoring(),
        requestCollection: () => Promise.reject(new Error('not here')),
        port,
        hostname: '127.0.0.1',
      }),
    ).rejects.toThrow(`Port ${port} is taken`);
  });
});

describe('the contract', () => {
  it('describes every route, with an id, a summary and its problems', async () => {
    await using api = await startTestApi();
    const document = (await api.json('/openapi.json')) as OpenApiDocument;
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/v1/datasets',
      '/v1/datasets/{dataset}',
      '/v1/areas',
      '/v1/series',
      '/v1/datasets/{dataset}/values',
      '/v1/datasets/{dataset}/latest',
      '/v1/load-data',
      '/v1/collect-data',
      '/v1/collections/{id}',
      '/v1/raw-payloads/{id}',
      '/v1/raw-payloads/{id}/body',
      '/v1/status',
      '/livez',
      '/readyz',
    ]);
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    for (const operation of operations) {
      expect(operation).toMatchObject({ operationId: expect.any(String), summary: expect.any(String) });
      for (const parameter of operation.parameters ?? []) {
        expect(parameter.schema.description ?? parameter.description, parameter.name).toEqual(
          expect.any(String),
        );
      }
    }
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });

  it('can be read in a page that loads nothing from elsewhere', async () => {
    await using api = await startTestApi();
    const page = await api.text('/docs');
    const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(assets.length).toBeGreaterThan(2);
    for (const path of assets) {
      expect(path).toMatch(/^\/docs\//);
      expect((await api.fetch(path)).status).toBe(200);
    }
  });
});

interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { name: string; description?: string; schema: { description?: string } }[];
}
