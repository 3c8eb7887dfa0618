import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createTemporaryFolder } from './testing/temporary-folder.ts';
import { spawnTied } from './tied-process.ts';

it('hands a program nothing of our environment, such as PG variables that would redirect it', async () => {
  await using folder = await createTemporaryFolder();
  const path = join(folder.path, 'environment');
  const file = await open(path, 'w');
  vi.stubEnv('PGDATA', '/elsewhere');
  vi.stubEnv('PGCLIENTENCODING', 'LATIN1');

  const program = await spawnTied('/usr/bin/env', [], { user: null, stdio: ['ignore', file.fd, 'ignore'] });
  expect(await program.ended).toBe(0);

  await file.close();
  vi.unstubAllEnvs();
  expect(await readFile(path, 'utf8')).toMatch(/^LC_ALL=C$/m);
  expect(await readFile(path, 'utf8')).not.toMatch(/^PG/m);
});

it('tells how a program ended', async () => {
  const failed = await spawnTied('/bin/sh', ['-c', 'exit 3'], { user: null, stdio: 'ignore' });
  const killed = await spawnTied('/bin/sh', ['-c', 'kill -KILL $$'], { user: null, stdio: 'ignore' });

  expect(await failed.ended).toBe(3);
  expect(await killed.ended).toBe('SIGKILL');
});

it('rejects when there is no such program', async () => {
  const missing = spawnTied('/nowhere/initdb', [], { user: null, stdio: 'ignore' });

  await expect(missing).rejects.toMatchObject({ code: 'ENOENT' });
});
