import postgres from 'postgres';
import { expect, inject, it } from 'vitest';
import { createTestDatabase } from './test-database.ts';

const serverUrl = inject('databaseServerUrl');

async function tables(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 });
  try {
    const rows = await sql<{ name: string }[]>`
      select table_name as name from information_schema.tables where table_schema = 'public'
    `;
    return rows.map(({ name }) => name);
  } finally {
    await sql.end();
  }
}

it('gives every test a migrated database of its own', async () => {
  await using first = await createTestDatabase(serverUrl);
  await using second = await createTestDatabase(serverUrl);

  const sql = postgres(first.url, { max: 1 });
  await sql`create table only_in_first ()`;
  await sql.end();

  expect(await tables(first.url)).toContain('only_in_first');
  expect(await tables(second.url)).not.toContain('only_in_first');
  expect(await tables(second.url)).toContain('point');
});

it('clones the template for many tests at once', async () => {
  const databases = await Promise.all(Array.from({ length: 8 }, () => createTestDatabase(serverUrl)));

  expect(new Set(databases.map(({ url }) => url)).size).toBe(8);

  await Promise.all(databases.map((database) => database[Symbol.asyncDispose]()));
});

it('drops the database though someone is still connected', async () => {
  const database = await createTestDatabase(serverUrl);
  const sql = postgres(database.url, { max: 1 });
  await sql`select 1`;

  await database[Symbol.asyncDispose]();

  await expect(tables(database.url)).rejects.toMatchObject({ code: '3D000' });
  await sql.end({ timeout: 0 });
});
