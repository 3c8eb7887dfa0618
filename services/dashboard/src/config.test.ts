import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@energy-data-service/runtime';
import { describe, expect, it } from 'vitest';
import { DashboardAccess } from './config.ts';
import { DashboardPasswords } from './passwords.ts';

function access(env: NodeJS.ProcessEnv) {
  const [parsed] = parseConfig(env, DashboardAccess);
  return parsed;
}

describe('who may listen where', () => {
  it.each([undefined, '127.0.0.1', '127.3.4.5', '::1', 'localhost'])(
    'needs no password on %s, which only this machine reaches',
    (HOST) => {
      expect(access({ HOST })).toMatchObject({ viewer: undefined, operator: undefined });
    },
  );

  it.each(['0.0.0.0', '::', '10.0.0.1', 'dashboard', '127.0.0.1.example.org'])(
    'needs a password on %s',
    (HOST) => {
      expect(() => access({ HOST })).toThrow(/DASHBOARD_VIEWER_PASSWORD: set this or/);
      const password = 'a long password';
      expect(access({ HOST, DASHBOARD_OPERATOR_PASSWORD: password })).toMatchObject({ operator: password });
    },
  );
});

describe('the passwords', () => {
  it('come from files too, without the line break at the end and with every blank', async () => {
    await using scope = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), 'dashboard-'));
    scope.defer(() => rm(folder, { recursive: true }));
    const file = join(folder, 'password');
    await writeFile(file, ' a long password\t \n');
    expect(parseConfig({ DASHBOARD_VIEWER_PASSWORD_FILE: file }, DashboardPasswords)).toEqual([
      { viewer: ' a long password\t ', operator: undefined },
    ]);
  });

  it.each([
    ['that are short', { DASHBOARD_VIEWER_PASSWORD: 'hunter2' }, /VIEWER_PASSWORD: .*12 characters/],
    [
      'that are equal',
      { DASHBOARD_VIEWER_PASSWORD: 'hunter2hunter2', DASHBOARD_OPERATOR_PASSWORD: 'hunter2hunter2' },
      /OPERATOR_PASSWORD: must differ/,
    ],
    [
      'that are given twice',
      { DASHBOARD_VIEWER_PASSWORD: 'hunter2hunter2', DASHBOARD_VIEWER_PASSWORD_FILE: '/hunter2' },
      /VIEWER_PASSWORD: set this or DASHBOARD_VIEWER_PASSWORD_FILE, not both/,
    ],
    ['whose file is missing', { DASHBOARD_VIEWER_PASSWORD_FILE: '/hunter2' }, /cannot be read/],
  ])('%s are refused, and not told', (_, env, message) => {
    const attempt = () => parseConfig(env, DashboardPasswords);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/hunter/);
  });
});
