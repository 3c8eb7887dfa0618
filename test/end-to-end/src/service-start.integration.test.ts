import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '@energy-data-service/db';
import { createTestDatabase, createTestQueueServer } from '@energy-data-service/test-support';
import { describe, expect, inject, it, vi } from 'vitest';
import { freePort } from './free-port.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

const WAIT = { timeout: 40_000, interval: 100 };
const HEALTH_CHECK = fileURLToPath(new URL('../../../packages/runtime/src/health-check.ts', import.meta.url));
/** Nothing listens there. */
const AWAY = 'postgres://user:hunter2@127.0.0.1:1/energy';
const SERVICES = ['scheduler', 'collector', 'processor', 'api'] as const;
const SETTINGS = { COLLECT_AREAS: 'CZ', ENTSOE_SECURITY_TOKEN: 'hunter3', PORT: '0' };

async function untilLogged(service: ServiceProcess, text: string): Promise<void> {
  await vi.waitFor(() => expect(service.output.join('\n')).toContain(text), WAIT);
}

/** Runs the health check of a container. */
async function healthCheck(port: number): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [HEALTH_CHECK], { env: { MONITORING_PORT: String(port) } });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  return { code, output };
}

describe('a service that only checks its settings', () => {
  const settings = { ...SETTINGS, DATABASE_URL: AWAY, QUEUE_URL: AWAY };

  it.each([...SERVICES, 'dashboard'])(
    '%s says nothing where they are right, and asks no server',
    async (name) => {
      const service = startServiceProcess(name, settings, '--check-settings');
      expect(await service.ended).toEqual({ code: 0, signal: null });
      expect(service.output).toEqual([]);
    },
  );

  it('says what is wrong, and fails', async () => {
    const wrong = { ...settings, COLLECT_AREAS: 'CZ,DE_LUX' };
    const service = startServiceProcess('scheduler', wrong, '--check-settings');
    expect(await service.ended).toEqual({ code: 1, signal: null });
    expect(service.output.join('\n')).toContain('COLLECT_AREAS: unknown area DE_LUX; did you mean DE_LU');
  });
});

describe('a service that starts', () => {
  it.each(SERVICES)('%s waits for a database that is away, and ends in order when told to', async (name) => {
    const service = startServiceProcess(name, { ...SETTINGS, DATABASE_URL: AWAY, QUEUE_URL: AWAY });
    await untilLogged(service, 'waiting for the database');
    service.signal('SIGTERM');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    const output = service.output.join('\n');
    expect(output).not.toContain('"stack"');
    expect(output).not.toMatch(/hunter[23]/);
  });

  it.each(SERVICES)('%s says in one line that the password is wrong, and fails', async (name) => {
    const url = new URL(inject('databaseServerUrl'));
    url.username = 'no_such_user';
    url.password = 'hunter2';
    const service = startServiceProcess(name, { ...SETTINGS, DATABASE_URL: url.href, QUEUE_URL: AWAY });
    expect(await service.ended).toEqual({ code: 1, signal: null });
    const [line, ...others] = service.output.filter((text) => text !== '');
    expect(others).toEqual([]);
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 'fatal',
      msg: expect.stringContaining('the database cannot be used: '),
    });
    expect(line).not.toContain('hunter2');
  });

  it('is alive while it waits for the migration, and ready once that and its first round are done', async () => {
    await using database = await createTestDatabase(inject('databaseServerUrl'));
    await using queue = await createTestQueueServer('PostgreSQL');
    const folder = await mkdtemp(join(tmpdir(), 'energy-data-service-'));
    const sql = connect(database.url, { max: 1 });
    await sql`update schema_migration set name = 'x' || name where name like '0007%'`;
    const port = await freePort();
    const url = new URL(database.url);
    // Servers of the tests may let everybody in; a password from a file must not be in the way of that.
    const password = decodeURIComponent(url.password) || 'any';
    url.password = '';
    await writeFile(join(folder, 'password'), `${password}\n`);
    const service = startServiceProcess('scheduler', {
      ...SETTINGS,
      DATABASE_URL: url.href,
      DATABASE_PASSWORD_FILE: join(folder, 'password'),
      QUEUE_URL: queue.url,
      MONITORING_PORT: String(port),
    });
    try {
      await untilLogged(service, 'run the migration');
      expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
      expect(await healthCheck(port)).toMatchObject({ code: 1, output: expect.stringContaining('starts') });

      await sql`update schema_migration set name = substr(name, 2) where name like 'x%'`;
      await vi.waitFor(async () => {
        expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
      }, WAIT);
      expect(await healthCheck(port)).toEqual({ code: 0, output: '' });
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(metrics).toContain('energy_data_pipeline_state_up{part="database"} 1');
      expect(metrics).toContain('energy_data_pipeline_state_up{part="queue"} 1');
    } finally {
      service.signal('SIGTERM');
      expect(await service.ended).toEqual({ code: 0, signal: null });
      await sql.end();
      await rm(folder, { recursive: true });
    }
    expect(await healthCheck(port)).toMatchObject({ code: 1 });
  });
});
