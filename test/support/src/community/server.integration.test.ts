import { connect, type Sql } from '@energy-data-service/db';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCommunityTimescaleDb } from './server.ts';

describe('the Community edition without a container', () => {
  let server: Awaited<ReturnType<typeof startCommunityTimescaleDb>>;
  let sql: Sql;
  beforeAll(async () => {
    server = await startCommunityTimescaleDb();
    sql = connect(server.url);
    await sql`create extension timescaledb`;
  });
  afterAll(async () => {
    await sql.end();
    await server.stop();
  });
  beforeEach(() => sql`drop table if exists number`);

  it('is that edition', async () => {
    expect([...(await sql`show timescaledb.license`)]).toEqual([{ 'timescaledb.license': 'timescale' }]);
  });

  it('does not mix what connections do', async () => {
    await sql`create table number (id serial, value integer)`;
    const transactions = Array.from({ length: 5 }, (_, value) =>
      sql.begin(async (transaction) => {
        for (let i = 0; i < 3; i += 1) await transaction`insert into number (value) values (${value})`;
      }),
    );
    await Promise.all(transactions);
    const rows = await sql<{ value: number }[]>`select value from number order by id`;
    for (let i = 0; i < rows.length; i += 3) {
      expect(rows.slice(i, i + 3)).toEqual(Array(3).fill({ value: rows[i]?.value }));
    }
    expect(rows).toHaveLength(15);
  });

  it('goes on after an error, inside and outside of a transaction', async () => {
    await expect(sql`select ${1}::integer / 0`).rejects.toThrow('division by zero');
    await expect(sql.begin((transaction) => transaction`select missing`)).rejects.toThrow('does not exist');
    expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
  });

  it('takes back what a client leaves unfinished', async () => {
    await sql`create table number (id serial, value integer)`;
    const leaving = connect(server.url, { max: 1 });
    const left = leaving.begin(async (transaction) => {
      await transaction`insert into number (value) values (1)`;
      await leaving.end({ timeout: 0 });
    });
    await expect(left).rejects.toThrow();
    expect([...(await sql`select value from number`)]).toEqual([]);
  });
});
