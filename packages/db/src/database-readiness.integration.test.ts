import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { connect } from './connect.ts';
import { findDatabaseReadiness } from './database-readiness.ts';

describe('findDatabaseReadiness', () => {
  it('finds a migrated database ready, also one that a newer release has migrated', async () => {
    await using database = await createTestDatabase(inject('databaseServerUrl'));
    expect(await findDatabaseReadiness(database.url)).toEqual({ state: 'ready' });
    const sql = connect(database.url, { max: 1 });
    await sql`insert into schema_migration (name) values ('9999_of_the_future.sql')`;
    await sql.end();
    expect(await findDatabaseReadiness(database.url)).toEqual({ state: 'ready' });
  });

  it('waits for the migrations that are missing, and names them', async () => {
    await using database = await createTestDatabase(inject('databaseServerUrl'));
    const sql = connect(database.url, { max: 1 });
    await sql`delete from schema_migration where name like '0007%'`;
    expect(await findDatabaseReadiness(database.url)).toEqual({
      state: 'not-yet',
      reason:
        'the database is not migrated (0007_monitoring.sql): run the migration ' +
        '(pnpm migrate, or docker compose up migration)',
    });
    await sql`drop table schema_migration`;
    await sql.end();
    expect(await findDatabaseReadiness(database.url)).toMatchObject({
      state: 'not-yet',
      reason: expect.stringContaining('0001_schema.sql'),
    });
  });

  it('waits for a server that is away', async () => {
    const readiness = await findDatabaseReadiness('postgres://user:hunter2@127.0.0.1:1/nothing');
    expect(readiness).toMatchObject({ state: 'not-yet', reason: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify(readiness)).not.toContain('hunter2');
  });

  it('waits for nothing where there is no such database or user', async () => {
    const url = new URL(inject('databaseServerUrl'));
    url.pathname = '/no_such_database';
    expect(await findDatabaseReadiness(url.href)).toMatchObject({ state: 'refused' });
    const stranger = new URL(inject('databaseServerUrl'));
    stranger.username = 'no_such_user';
    stranger.password = 'hunter2';
    const readiness = await findDatabaseReadiness(stranger.href);
    expect(readiness).toMatchObject({ state: 'refused', reason: expect.stringContaining('no_such_user') });
    expect(JSON.stringify(readiness)).not.toContain('hunter2');
  });
});
