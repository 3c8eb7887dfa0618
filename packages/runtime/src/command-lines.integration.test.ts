import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SERVICES = fileURLToPath(new URL('../../../services', import.meta.url));

/** Nothing listens there. */
const AWAY = 'postgres://user:hunter2@127.0.0.1:1/energy';
const SETTINGS = {
  DATABASE_URL: AWAY,
  QUEUE_URL: AWAY,
  COLLECT_AREAS: 'CZ',
  ENTSOE_SECURITY_TOKEN: 'hunter3',
};

/** With a cache of compiled modules, services start in half the time. */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: join(tmpdir(), 'energy-data-service-compile-cache'),
};

/** Runs a service until it ends, in an empty folder, with these settings and no other. */
async function run(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string; files: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'command-line-'));
  try {
    await writeFile(join(folder, 'file'), '');
    const result = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        [join(SERVICES, name, 'src/main.ts'), ...args],
        { cwd: folder, timeout: 50_000, env: { ...ENVIRONMENT, ...env } },
        (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
    return { ...result, files: await readdir(folder) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the command line of every service', () => {
  it.each([
    ['standalone', 'pnpm start', 'DATA_DIR'],
    ['migration', 'pnpm migrate', 'DATABASE_URL (required)'],
    ['scheduler', 'pnpm scheduler', 'COLLECT_AREAS (required)'],
    ['collector', 'pnpm collector', 'JOB_LOCK_MS'],
    ['processor', 'pnpm processor', 'PROCESSOR_CONCURRENCY'],
    ['api', 'pnpm api', 'ENTSOE_REQUESTS_PER_MINUTE'],
    ['dashboard', 'pnpm dashboard', 'DASHBOARD_OPERATOR_PASSWORD_FILE'],
  ])('explains %s without any setting', async (name, command, setting) => {
    const { code, stdout, stderr, files } = await run(name, ['--help']);
    expect({ code, stderr, files }).toEqual({ code: 0, stderr: '', files: ['file'] });
    expect(stdout).toContain(`Usage: ${command} [option]\n`);
    expect(stdout).toContain(`\n  ${setting}\n`);
  });

  it.each(['standalone', 'migration', 'scheduler', 'collector', 'processor', 'api', 'dashboard'])(
    'starts no %s for what it does not know',
    async (name) => {
      const { code, stdout, stderr, files } = await run(name, ['--check-setings'], SETTINGS);
      expect({ code, stdout, files }).toEqual({ code: 2, stdout: '', files: ['file'] });
      expect(stderr).toMatch(/^pnpm \w+: unknown argument --check-setings; nothing was started\. .*\n$/);
    },
  );
});

describe('pnpm start', () => {
  it('says which setting names a data folder that is a file', async () => {
    const { code, stderr } = await run('standalone', [], {
      DATA_DIR: 'file',
      PORT: '0',
      DASHBOARD_PORT: '0',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /The data folder \S+\/file is a file, or below one: set DATA_DIR to another one\.\n$/,
    );
  });

  it('says which setting names a database that cannot be reached', async () => {
    const { code, stderr } = await run('standalone', [], SETTINGS);
    expect(code).toBe(1);
    expect(stderr).toMatch(/The database cannot be reached \(.*ECONNREFUSED.*\): see DATABASE_URL\.\n$/);
    expect(stderr).not.toMatch(/hunter/);
  });
});
