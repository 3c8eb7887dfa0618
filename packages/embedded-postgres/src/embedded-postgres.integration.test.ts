import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, it } from 'vitest';
import { dataFolder } from './data-folder.ts';
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
import { isAlive, serverPid } from './testing/processes.ts';
import { createTemporaryFolder } from './testing/temporary-folder.ts';

function start(dataDir: string, options: Partial<EmbeddedPostgresOptions> = {}) {
  return startEmbeddedPostgres({ dataDir, ...options, settings: { fsync: 'off', ...options.settings } });
}

async function ask<T>(url: string, statement: string): Promise<T[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe<T[]>(statement);
  } finally {
    await sql.end();
  }
}

it('keeps the data from one start to the next', async () => {
  await using folder = await createTemporaryFolder();
  const first = await start(join(folder.path, 'data'));
  await ask(first.url, `create table note as select 'Zürich' as body`);
  await first.stop();

  const second = await start(join(folder.path, 'data'));
  expect(await ask(second.url, 'select body from note')).toEqual([{ body: 'Zürich' }]);
  await second.stop();
});

it('speaks UTF-8, sorts by code point and thinks in UTC', async () => {
  await using folder = await createTemporaryFolder();
  const server = await start(folder.path);

  expect(
    await ask(
      server.url,
      `select current_setting('server_encoding') as encoding, current_setting('timezone') as timezone,
        'Z' < 'a' as by_code_point, upper('ü') as upper`,
    ),
  ).toEqual([{ encoding: 'UTF8', timezone: 'UTC', by_code_point: true, upper: 'Ü' }]);

  await server.stop();
});

it('is durable unless told otherwise', async () => {
  await using folder = await createTemporaryFolder();
  const server = await startEmbeddedPostgres({ dataDir: folder.path });

  expect(
    await ask(
      server.url,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
        current_setting('full_page_writes') as pages`,
    ),
  ).toEqual([{ fsync: 'on', commit: 'on', pages: 'on' }]);

  await server.stop();
});

it('listens on 127.0.0.1 alone and asks for the password, which only the owner can read', async () => {
  await using folder = await createTemporaryFolder();
  const server = await start(folder.path);
  const url = new URL(server.url);
  const { password, cluster } = dataFolder(server.dataDir);

  expect(url.hostname).toBe('127.0.0.1');
  expect(
    await ask(
      server.url,
      `select current_setting('listen_addresses') as tcp, current_setting('unix_socket_directories') as unix`,
    ),
  ).toEqual([{ tcp: '127.0.0.1', unix: '' }]);
  expect(await readFile(password, 'utf8')).toBe(url.password);
  expect((await stat(password)).mode & 0o777).toBe(0o600);
  expect((await stat(cluster)).mode & 0o777).toBe(0o700);
  url.password = 'guessed';
  await expect(ask(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });

  await server.stop();
});

it('is gone when stop resolves, however often it is called', async () => {
  await using folder = await createTemporaryFolder();
  const server = await start(folder.path);
  const pid = await serverPid(dataFolder(server.dataDir).cluster);
  expect(isAlive(pid)).toBe(true);

  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  await server.ended;

  expect(isAlive(pid)).toBe(false);
});

it('ends the connections that are still open', async () => {
  await using folder = await createTemporaryFolder();
  const server = await start(folder.path);
  const sql = postgres(server.url, { max: 1 });
  await sql`select 1`;
  const sleeping = expect(sql`select pg_sleep(600)`).rejects.toThrow();

  await server.stop();

  await sleeping;
  await sql.end({ timeout: 0 });
});

it('uses the port that it is given, and says so when that is taken', async () => {
  await using folder = await createTemporaryFolder();
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;

  await expect(start(folder.path, { port })).rejects.toThrow(/could not bind .*Address already in use/);
  other.close();
  await once(other, 'close');

  const server = await start(folder.path, { port });
  expect(new URL(server.url).port).toBe(String(port));
  await server.stop();
});

/**
 * Starts a server again, and ends it.
 *
 * @returns whether it listened where it had; tried thrice, as now and then a connection of somebody else gets the port
 */
async function comesBackTo(url: string, dataDir: string): Promise<boolean> {
  for (let before = url, tries = 0; tries < 3; tries++) {
    const again = await start(dataDir);
    await again.stop();
    if (again.url === before) return true;
    before = again.url;
  }
  return false;
}

it('listens where it did at the last start, so that the addresses that others have stay right', async () => {
  await using folder = await createTemporaryFolder();
  const first = await start(folder.path);
  await first.stop();

  expect(await comesBackTo(first.url, folder.path)).toBe(true);
});

it('listens elsewhere when another process has taken the port since, and from then on there', async () => {
  await using folder = await createTemporaryFolder();
  const first = await start(folder.path);
  await first.stop();
  const other = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
  await once(other, 'listening');

  const second = await start(folder.path);
  await second.stop();
  other.close();
  await once(other, 'close');

  expect(second.url).not.toBe(first.url);
  expect(await comesBackTo(second.url, folder.path)).toBe(true);
});

it('finds a port for each of several servers that start at the same time', async () => {
  await using one = await createTemporaryFolder();
  await using other = await createTemporaryFolder();

  const servers = await Promise.all([start(one.path), start(other.path)]);

  expect(servers[0].url).not.toBe(servers[1].url);
  await Promise.all(servers.map((server) => server.stop()));
});

it('quotes the log when the server does not start, and starts again afterwards', async () => {
  await using folder = await createTemporaryFolder();

  await expect(start(folder.path, { settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
    /server\.log ends with:\n.*invalid value for parameter "shared_buffers": "plenty"/s,
  );

  const server = await start(folder.path);
  await server.stop();
});

it('begins a new log at each start and keeps the one before', async () => {
  await using folder = await createTemporaryFolder();
  for (const marker of ['first', 'second', 'third']) {
    const server = await start(folder.path);
    await ask(server.url, `do $$ begin raise warning '${marker} run'; end $$`);
    await server.stop();
  }

  const { log, previousLog } = dataFolder(folder.path);
  expect(await readFile(log, 'utf8')).toMatch(/third run/);
  expect(await readFile(log, 'utf8')).not.toMatch(/first run|second run/);
  expect(await readFile(previousLog, 'utf8')).toMatch(/second run/);
});
