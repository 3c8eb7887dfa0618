import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { dataFolder } from './data-folder.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { findEmbeddedPostgres } from './find-embedded-postgres.ts';
import { SHELTER } from './places.ts';
import { startHolderProcess } from './testing/holder-process.ts';
import { createTemporaryFolder } from './testing/temporary-folder.ts';

const isRoot = process.getuid?.() === 0;
/** Nobody has it. */
const STRANGER = '54321';
const LOOKER = fileURLToPath(new URL('./testing/looker-program.ts', import.meta.url));

async function userOf(url: string): Promise<string | undefined> {
  const sql = postgres(url, { max: 1 });
  try {
    const [row] = await sql<{ name: string }[]>`select current_user::text as name`;
    return row?.name;
  } finally {
    await sql.end();
  }
}

it('finds what another process has started and published, with an address that lets one in', async () => {
  await using folder = await createTemporaryFolder();
  await using holder = startHolderProcess(folder.path);
  const url = (await holder.nextLine()) ?? '';

  const found = await findEmbeddedPostgres(relative(process.cwd(), folder.path));

  expect(found).toEqual({
    dataDir: folder.path,
    pid: holder.pid,
    work: { url: 'http://127.0.0.1:1', database: 'postgres', isSimulated: true, databaseUrl: url },
  });
  expect(await userOf(found?.work?.databaseUrl ?? '')).toBe('postgres');
});

it('finds nothing where nothing was ever started, and leaves nothing there', async () => {
  await using folder = await createTemporaryFolder();

  expect(await findEmbeddedPostgres(folder.path)).toBeNull();
  expect(await findEmbeddedPostgres(join(folder.path, 'missing'))).toBeNull();

  expect(await readdir(folder.path)).toEqual([]);
});

it('finds nothing once the server was ended in order', async () => {
  await using folder = await createTemporaryFolder();
  const server = await startEmbeddedPostgres({ dataDir: folder.path, settings: { fsync: 'off' } });
  await server.stop();

  expect(await findEmbeddedPostgres(folder.path)).toBeNull();
});

it('takes nothing that a killed process has left for a server that runs', async () => {
  await using folder = await createTemporaryFolder();
  await using holder = startHolderProcess(folder.path);
  await holder.nextLine();
  holder.child.kill('SIGKILL');
  await holder.ended;

  expect(await readdir(folder.path)).toContain('holder.json');
  expect(await findEmbeddedPostgres(folder.path)).toBeNull();
});

it('says that there is nothing to work with before the process has published it', async () => {
  await using folder = await createTemporaryFolder();
  const server = await startEmbeddedPostgres({ dataDir: folder.path, settings: { fsync: 'off' } });

  expect(await findEmbeddedPostgres(folder.path)).toEqual({
    dataDir: folder.path,
    pid: process.pid,
    work: null,
  });

  await server.stop();
});

it('keeps the password out of what every user can read', async () => {
  await using folder = await createTemporaryFolder();
  await using holder = startHolderProcess(folder.path);
  await holder.nextLine();
  const { holder: published, password } = dataFolder(folder.path);

  expect(await readFile(published, 'utf8')).not.toContain(await readFile(password, 'utf8'));
});

describe.skipIf(!isRoot)('as root (skipped for other users)', () => {
  it('tells another user that the data is not for them, and nothing else', async () => {
    await using folder = await createTemporaryFolder();
    await using holder = startHolderProcess(folder.path);
    await holder.nextLine();

    const { stdout } = await promisify(execFile)(process.execPath, [LOOKER, folder.path, STRANGER]);

    expect(JSON.parse(stdout)).toBe(
      `DataFolderAccessError: the data in ${folder.path} may only be read by the user who owns it, and by root`,
    );
  });

  it('finds data that was put elsewhere because the server could not enter its folder', async () => {
    await using folder = await createTemporaryFolder(0o700);
    const dataDir = join(folder.path, 'data');
    const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
    await server.publish({ url: 'http://127.0.0.1:1', database: 'postgres', isSimulated: false });

    const found = await findEmbeddedPostgres(dataDir);
    await server.stop();

    expect(dirname(found?.dataDir ?? '')).toBe(SHELTER);
    expect(found).toMatchObject({ dataDir: server.dataDir, work: { databaseUrl: server.url } });
    expect(await findEmbeddedPostgres(dataDir)).toBeNull();
    await rm(server.dataDir, { recursive: true });
  });
});
