import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, it } from 'vitest';
import { AlreadyRunningError } from './already-running-error.ts';
import { dataFolder } from './data-folder.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { startHolderProcess } from './testing/holder-process.ts';
import { isAlive, serverPid } from './testing/processes.ts';
import { createTemporaryFolder } from './testing/temporary-folder.ts';

async function countNotes(url: string): Promise<number> {
  const sql = postgres(url, { max: 1 });
  try {
    const [row] = await sql<{ notes: number }[]>`select count(*)::int as notes from note`;
    return row?.notes ?? 0;
  } finally {
    await sql.end();
  }
}

function start(dataDir: string) {
  return startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
}

it('refuses a second start, tells what the first one published, and changes nothing', async () => {
  await using folder = await createTemporaryFolder();
  await using holder = startHolderProcess(folder.path);
  const url = (await holder.nextLine()) ?? '';
  const { cluster, log } = dataFolder(folder.path);
  const before = { pid: await serverPid(cluster), log: await readFile(log, 'utf8') };

  const refusal = await start(folder.path).catch((error: unknown) => error);

  expect(refusal).toBeInstanceOf(AlreadyRunningError);
  expect(refusal).toMatchObject({
    pid: holder.pid,
    info: { url: 'http://127.0.0.1:1', database: 'postgres', isSimulated: true },
  });
  expect({ pid: await serverPid(cluster), log: await readFile(log, 'utf8') }).toEqual(before);
  expect(await countNotes(url)).toBe(1);
});

it('lets one of several simultaneous first starts through', async () => {
  await using folder = await createTemporaryFolder();
  await using first = startHolderProcess(folder.path);
  await using second = startHolderProcess(folder.path);
  await using third = startHolderProcess(folder.path);

  const lines = await Promise.all([first, second, third].map((holder) => holder.nextLine()));

  expect(lines.toSorted()).toEqual([
    'already running',
    'already running',
    expect.stringMatching(/^postgres:/),
  ]);
});

it('refuses a second start in the same process', async () => {
  await using folder = await createTemporaryFolder();
  const [one, other] = await Promise.allSettled([start(folder.path), start(folder.path)]);

  expect([one.status, other.status].toSorted()).toEqual(['fulfilled', 'rejected']);
  for (const result of [one, other]) {
    if (result.status === 'fulfilled') await result.value.stop();
    else expect(result.reason).toBeInstanceOf(AlreadyRunningError);
  }
});

it('leaves the server alone when the terminal interrupts its whole group, so that its user can end in order', async () => {
  await using folder = await createTemporaryFolder();
  await using holder = startHolderProcess(folder.path);
  await holder.nextLine();
  const pid = await serverPid(dataFolder(folder.path).cluster);

  process.kill(-holder.pid, 'SIGINT');

  expect(await holder.nextLine()).toBe('notes: 1');
  expect(await holder.ended).toBe(0);
  expect(isAlive(pid)).toBe(false);
});

it('ends the server in order when its process is killed', async () => {
  await using folder = await createTemporaryFolder();
  await using holder = startHolderProcess(folder.path);
  await holder.nextLine();
  const { cluster, log } = dataFolder(folder.path);
  expect(await readPostmasterFile(cluster)).toMatchObject({ status: 'ready' });

  holder.child.kill('SIGKILL');

  await expect.poll(() => readPostmasterFile(cluster), { timeout: 20_000 }).toBeNull();
  expect(await readFile(log, 'utf8')).toMatch(/database system is shut down/);
});

it('starts at once after its process was killed, with all that was committed', async () => {
  await using folder = await createTemporaryFolder();
  await using holder = startHolderProcess(folder.path);
  await holder.nextLine();
  holder.child.kill('SIGKILL');
  await holder.ended;

  const server = await start(folder.path);

  expect(await countNotes(server.url)).toBe(1);
  await server.stop();
});

it('starts after the server itself was killed, with all that was committed', async () => {
  await using folder = await createTemporaryFolder();
  await using holder = startHolderProcess(folder.path);
  await holder.nextLine();
  process.kill(await serverPid(dataFolder(folder.path).cluster), 'SIGKILL');
  holder.child.kill('SIGKILL');
  await holder.ended;

  const server = await start(folder.path);

  expect(await countNotes(server.url)).toBe(1);
  await server.stop();
});

it('starts after a first start was killed while it initialised', async () => {
  await using folder = await createTemporaryFolder();
  const { path } = folder;
  await using holder = startHolderProcess(path);
  const partialFiles = async () => {
    const partial = (await readdir(path)).find((name) => name.startsWith('cluster.partial-'));
    return partial === undefined ? [] : readdir(join(path, partial));
  };
  await expect.poll(partialFiles, { timeout: 20_000, interval: 2 }).toContain('base');
  holder.child.kill('SIGKILL');
  await holder.ended;
  expect(await readdir(path)).not.toContain('cluster');

  const server = await start(path);

  expect((await readdir(path)).filter((name) => name.includes('partial'))).toEqual([]);
  await server.stop();
});
