import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disconnect, ensureDatabase, isDatabaseAway, migrate } from '@energy-data-service/db';
import {
  type EmbeddedPostgres,
  type PublishedInfo,
  serverFolder,
  startEmbeddedPostgres,
} from '@energy-data-service/embedded-postgres';
import { createTestDatabase } from '@energy-data-service/test-support';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from './open-database.ts';
import { UnreadyDatabaseError } from './unready-database-error.ts';

// The server's own user has to enter it when the test runs as root.
const dataDir = join(tmpdir(), `backfill-${randomUUID()}`);
let server: EmbeddedPostgres;

function startServer(): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: serverFolder(dataDir), settings: { fsync: 'off' } });
}

beforeAll(async () => {
  await mkdir(dataDir, { mode: 0o755 });
  server = await startServer();
});

afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

/** Does what `pnpm start` does with a database on its server. */
async function publish({ database, isSimulated }: Omit<PublishedInfo, 'url'>): Promise<void> {
  await migrate(await ensureDatabase(server.url, database));
  await server.publish({ url: 'http://127.0.0.1:1', database, isSimulated });
}

/** Opens it, and closes it again. */
async function open(
  url: string | undefined,
  dataDir: string,
): Promise<{ database: string; notes: string[] }> {
  const notes: string[] = [];
  const sql = await openDatabase(
    { DATABASE_URL: url, DATA_DIR: dataDir },
    { print: (...lines) => notes.push(...lines) },
  );
  try {
    const [row] = await sql<{ name: string }[]>`select current_database()::text as name`;
    return { database: row?.name ?? '', notes };
  } finally {
    await disconnect(sql);
  }
}

async function refusal(dataDir: string, url?: string): Promise<string> {
  const error = await open(url, dataDir).catch((reason: unknown) => reason);
  if (!(error instanceof UnreadyDatabaseError)) throw error;
  return error.message;
}

describe('the database that a command works on', () => {
  it('is none before the service that starts has published one, and the command says so instead of waiting', async () => {
    expect(await refusal(dataDir)).toBe(
      `what pnpm start runs on ${server.dataDir} (process ${process.pid}) is still starting, or is ending: ` +
        'try again in a moment',
    );
  });

  it('is the one that the running service works with, and the command says that its data is simulated', async () => {
    await publish({ database: 'simulated', isSimulated: true });
    expect(await open(undefined, dataDir)).toEqual({
      database: 'simulated',
      notes: ['All data is SIMULATED: this is the database of what pnpm start runs on http://127.0.0.1:1.'],
    });

    await publish({ database: 'published', isSimulated: false });
    expect(await open(undefined, dataDir)).toEqual({ database: 'published', notes: [] });
  });

  it('is not one of an older release, and the command says how it is migrated', async () => {
    await server.publish({ url: 'http://127.0.0.1:1', database: 'postgres', isSimulated: false });
    expect(await refusal(dataDir)).toMatch(
      /^the database is not migrated .*; pnpm start migrates it: end what runs on http:\/\/127\.0\.0\.1:1, and start it again$/,
    );
  });

  it('is the one that is configured, whatever else runs', async () => {
    await using configured = await createTestDatabase(inject('databaseServerUrl'));
    await publish({ database: 'simulated', isSimulated: true });
    expect(await open(configured.url, dataDir)).toEqual({
      database: new URL(configured.url).pathname.slice(1),
      notes: [],
    });
  });

  it('stays the one of the running service when that is started again, also where its port was taken meanwhile', async () => {
    await publish({ database: 'published', isSimulated: false });
    const sql = await openDatabase(
      { DATABASE_URL: undefined, DATA_DIR: dataDir },
      { print: () => undefined },
    );
    await sql`create table seen as select 1 as number`;
    const { port } = new URL(server.url);

    await server.stop();
    // Has no use for what comes, as a server that is no database.
    const other = createServer((socket) => socket.destroy()).listen(Number(port), '127.0.0.1');
    await once(other, 'listening');
    const away = await sql`select number from seen`.catch((error: unknown) => error);
    expect(isDatabaseAway(away)).toBe(true);
    server = await startServer();
    expect(new URL(server.url).port).not.toBe(port);
    await publish({ database: 'published', isSimulated: false });

    expect([...(await sql`select number from seen`)]).toEqual([{ number: 1 }]);
    await disconnect(sql);
    other.close();
  });

  it('is that of a simulated stack, and the command says so', async () => {
    const url = await ensureDatabase(server.url, 'simulated_energy_data');
    await migrate(url);
    expect(await open(url, dataDir)).toEqual({
      database: 'simulated_energy_data',
      notes: ['All data is SIMULATED: this is the database simulated_energy_data.'],
    });
  });

  it('is none where it cannot be reached or used, and the command says so, by which setting, without the password', async () => {
    expect(await refusal(dataDir, 'postgres://user:hunter2@127.0.0.1:1/energy')).toBe(
      'the database cannot be reached (connect ECONNREFUSED 127.0.0.1:1); DATABASE_URL says where it is',
    );
    const url = new URL(server.url);
    url.username = 'nobody';
    url.password = 'hunter2';
    const message = await refusal(dataDir, url.href);
    expect(message).toMatch(/^the database cannot be used \(.*\); DATABASE_URL says where it is$/);
    expect(message).not.toContain('hunter2');
  });

  it('is none in a file, and the command says which setting names it', async () => {
    const file = join(dataDir, 'file');
    await writeFile(file, '');
    expect(await refusal(file)).toBe(
      `${file} is a file, or below one: set DATA_DIR to the folder of what pnpm start runs, or set DATABASE_URL`,
    );
  });

  it('is none where nothing runs, and the command says what to do and where it looked', async () => {
    const empty = join(dataDir, 'empty');
    expect(await refusal(empty)).toBe(
      'there is no database to work on: set DATABASE_URL, start one with pnpm start, or run this in a container of the stack ' +
        `(docker compose exec collector backfill, status or replay); looked in ${empty} (DATA_DIR)`,
    );
  });
});
