import { readdir } from 'node:fs/promises';
import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { connect, type Transaction } from './connect.ts';
import { ensureDatabase } from './ensure-database.ts';
import { findStorage, migrate } from './migrate.ts';
import { migrationFiles } from './migration-files.ts';
import { createMissingDatabase } from './missing-database.ts';
import { beginPatiently, type LockWait } from './patient-transaction.ts';

/** A database of its own without any schema. */
async function withEmptyDatabase(test: (url: string) => Promise<void>): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const name = `${new URL(database.url).pathname.slice(1)}_empty`;
  const url = await ensureDatabase(database.url, name);
  try {
    await test(url);
  } finally {
    const sql = connect(database.url, { max: 1 });
    await sql`drop database ${sql(name)} with (force)`;
    await sql.end();
  }
}

/** Resolves once somebody waits for a lock. */
async function afterWaiting(url: string): Promise<void> {
  const sql = connect(url, { max: 1 });
  try {
    await expect
      .poll(async () => (await sql`select from pg_locks where not granted`).length, { timeout: 10_000 })
      .toBeGreaterThan(0);
  } finally {
    await sql.end();
  }
}

describe('migrate', () => {
  it('applies every file once, from however many processes at a time', () =>
    withEmptyDatabase(async (url) => {
      const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
      const files = await readdir(new URL('../migrations/', import.meta.url));
      expect(applied.flat()).toEqual(files.sort());
      expect(await migrate(url)).toEqual([]);
    }));

  it('refuses a database that a newer release has migrated', () =>
    withEmptyDatabase(async (url) => {
      await migrate(url);
      const sql = connect(url, { max: 1 });
      await sql`insert into schema_migration (name) values ('9999_of_the_future.sql')`;
      await sql.end();
      await expect(migrate(url)).rejects.toThrow('9999_of_the_future.sql');
    }));

  it('gives way to who uses its tables, says who that is, and tries again until it may', () =>
    withEmptyDatabase(async (url) => {
      const sql = connect(url, { max: 2 });
      try {
        await sql`create table schema_migration (
          name text primary key, applied_at timestamptz not null default now())`;
        const files = await migrationFiles();
        const holder = await sql.reserve();
        await holder`begin`;
        // With it nobody can note that a file was applied.
        await holder`lock table schema_migration in share mode`;
        const waits: LockWait[] = [];
        const applied = await migrate(url, {
          patience: {
            lockTimeoutMs: 50,
            pauseMs: 1,
            onWait: (wait) => {
              if (waits.push(wait) === 3) void holder`commit`.then(() => holder.release());
            },
          },
        });
        expect(applied).toEqual(files);
        expect(waits.length).toBeGreaterThanOrEqual(3);
        expect(waits[0]?.holders).toEqual([
          expect.stringMatching(/^energy-data-service \(user .+, pid \d+, for \d+ s\)$/),
        ]);
      } finally {
        await sql.end();
      }
    }));

  it('makes points and revisions hypertables if and only if the server has TimescaleDB', () =>
    withEmptyDatabase(async (url) => {
      await migrate(url);
      const sql = connect(url, { max: 1 });
      try {
        const [available] = await sql`select from pg_available_extensions where name = 'timescaledb'`;
        const { edition, hasHypertables } = await findStorage(url);
        expect(edition !== 'none').toBe(available !== undefined);
        expect(hasHypertables).toBe(available !== undefined);
        if (available === undefined) return;
        const rows = await sql<{ name: string }[]>`
          select hypertable_name as name from timescaledb_information.hypertables order by 1`;
        expect(rows.map(({ name }) => name)).toEqual(['point', 'point_revision']);
      } finally {
        await sql.end();
      }
    }));
});

describe('beginPatiently', () => {
  it('gives way also where two would wait for each other for ever', () =>
    withEmptyDatabase(async (url) => {
      const sql = connect(url, { max: 2 });
      try {
        await sql`create table first (id int)`;
        await sql`create table second (id int)`;
        const writer = await sql.reserve();
        await writer`begin`;
        // The change looks for a deadlock first, and not before the writer waits too.
        await writer`set local deadlock_timeout = '60s'`;
        await writer`insert into second values (1)`;
        let waits = 0;
        let written: Promise<unknown> = Promise.resolve();
        const change = async (transaction: Transaction) => {
          await transaction`set local deadlock_timeout = '3s'`;
          await transaction`alter table first add column if not exists name text`;
          if (waits === 0) written = afterWaiting(url).then(() => writer`insert into first values (1)`);
          await transaction`alter table second add column if not exists name text`;
        };
        const onWait = () => {
          waits++;
          void written.then(() => writer`commit`).then(() => writer.release());
        };
        await beginPatiently(sql, change, { lockTimeoutMs: 60_000, pauseMs: 500, onWait });
        expect(waits).toBe(1);
        expect(await sql`select name from first`).toEqual([{ name: null }]);
      } finally {
        await sql.end();
      }
    }));
});

describe('findStorage', () => {
  it('tells of tables that were made before there was TimescaleDB', () =>
    withEmptyDatabase(async (url) => {
      const sql = connect(url, { max: 1 });
      try {
        const [available] = await sql`select from pg_available_extensions where name = 'timescaledb'`;
        if (available !== undefined) await sql`create extension if not exists timescaledb`;
        await sql`create table point (starts_at timestamptz not null)`;
        expect((await findStorage(url)).hasHypertables).toBe(false);
      } finally {
        await sql.end();
      }
    }));
});

describe('createMissingDatabase', () => {
  it('creates the database that a URL names, once, and leaves one that is there as it is', async () => {
    await using database = await createTestDatabase(inject('databaseServerUrl'));
    const url = new URL(database.url);
    url.pathname = `${url.pathname}_missing`;
    const sql = connect(database.url, { max: 1 });
    try {
      const created = await Promise.all(Array.from({ length: 3 }, () => createMissingDatabase(url.href)));
      expect(created).toContain(true);
      await migrate(url.href);
      expect(await createMissingDatabase(url.href)).toBe(false);
      expect(await migrate(url.href)).toEqual([]);
    } finally {
      await sql`drop database if exists ${sql(url.pathname.slice(1))} with (force)`;
      await sql.end();
    }
  });
});
