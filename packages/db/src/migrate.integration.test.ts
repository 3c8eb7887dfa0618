import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { connect } from './connect.ts';
import { ensureDatabase } from './ensure-database.ts';
import { migrate, timescaleEdition } from './migrate.ts';

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

describe('migrate', () => {
  it('applies every file once, from however many processes at a time', () =>
    withEmptyDatabase(async (url) => {
      const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(url)));
      expect(applied.flat()).toEqual(['0001_schema.sql', '0002_hypertables.sql', '0003_new_chunks.sql']);
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

  it('makes points and revisions hypertables if and only if the server has TimescaleDB', () =>
    withEmptyDatabase(async (url) => {
      await migrate(url);
      const sql = connect(url, { max: 1 });
      try {
        const [available] = await sql`select from pg_available_extensions where name = 'timescaledb'`;
        expect((await timescaleEdition(url)) !== 'none').toBe(available !== undefined);
        if (available === undefined) return;
        const rows = await sql<{ name: string }[]>`
          select hypertable_name as name from timescaledb_information.hypertables order by 1`;
        expect(rows.map(({ name }) => name)).toEqual(['point', 'point_revision']);
      } finally {
        await sql.end();
      }
    }));
});
