import { get, type RequestOptions } from 'node:http';
import { Counter } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { createMonitoring, type Monitoring, monitorProcess } from './monitoring.ts';
import { type RunningMonitoringServer, startMonitoringServer } from './monitoring-server.ts';

const lines: string[] = [];
const log = createLogger('test', 'info', { write: (line) => lines.push(JSON.parse(line).msg) });
let server: RunningMonitoringServer | undefined;

async function serve(monitoring: Monitoring): Promise<string> {
  server = await startMonitoringServer({ monitoring, port: 0, hostname: '127.0.0.1', log });
  return server.url;
}

/** Sends a path as it is. */
async function statusOf(options: RequestOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    get(options, (response) => resolve(String(response.resume().statusCode))).on('error', reject);
  });
}

afterEach(async () => {
  await server?.close();
  lines.length = 0;
});

describe('the monitoring server', () => {
  it('is alive and ready while no check fails', async () => {
    const monitoring = createMonitoring();
    monitoring.liveness.set('worker', async () => undefined);
    monitoring.readiness.set('database', async () => 1);
    const url = await serve(monitoring);
    for (const path of ['/livez', '/readyz']) {
      const response = await fetch(url + path);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    }
  });

  it('is alive but not ready when a server is away, says which, and logs each change once', async () => {
    const monitoring = createMonitoring();
    let isAway = true;
    monitoring.readiness.set('database', async () => {
      if (isAway) throw new Error('connection refused');
    });
    const url = await serve(monitoring);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'failed', failed: [{ check: 'database', reason: 'connection refused' }] },
    ]);
    await fetch(`${url}/readyz`);
    isAway = false;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(lines).toEqual(['health check failed', 'health checks succeed again']);
  });

  it('answers any path that somebody sends, and goes on', async () => {
    const url = await serve(createMonitoring());
    const { hostname, port } = new URL(url);
    for (const path of ['//', '///metrics', '/%', '/toString', '/livez/', 'x']) {
      expect(await statusOf({ hostname, port, path })).toMatch(/^4/);
    }
    expect((await fetch(`${url}/livez?verbose`)).status).toBe(200);
  });

  it('is neither alive nor ready when only a new start helps', async () => {
    const monitoring = createMonitoring();
    monitoring.liveness.set('worker', () => Promise.reject(new Error('stands still')));
    const url = await serve(monitoring);
    expect((await fetch(`${url}/livez`)).status).toBe(503);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });

  it('serves the metrics of the process and of its parts', async () => {
    const monitoring = monitorProcess();
    const counter = new Counter({ name: 'test_total', help: 'A test', registers: [monitoring.registry] });
    counter.inc(3);
    const response = await fetch(`${await serve(monitoring)}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toContain('\ntest_total 3\n');
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
  });

  it('answers 500 when metrics cannot be read, and goes on', async () => {
    const monitoring = createMonitoring();
    const fails = () => Promise.reject(new Error('not now'));
    new Counter({ name: 'test_total', help: 'A test', registers: [monitoring.registry], collect: fails });
    const url = await serve(monitoring);
    expect((await fetch(`${url}/metrics`)).status).toBe(500);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect(lines).toEqual(['monitoring request failed']);
  });

  it('knows nothing else, and takes no other method', async () => {
    const url = await serve(createMonitoring());
    expect((await fetch(`${url}/v1/series`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  it('ends though a client keeps its connection', async () => {
    const url = await serve(createMonitoring());
    await (await fetch(`${url}/livez`)).text();
    await server?.close();
    server = undefined;
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });

  it('says in one line which port is taken', async () => {
    const port = Number(new URL(await serve(createMonitoring())).port);
    const second = startMonitoringServer({
      monitoring: createMonitoring(),
      port,
      hostname: '127.0.0.1',
      log,
    });
    await expect(second).rejects.toThrow(
      `Monitoring cannot listen on port ${port} of 127.0.0.1 (EADDRINUSE)`,
    );
  });
});
