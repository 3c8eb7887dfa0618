import { once } from 'node:events';
import { connect as openSocket } from 'node:net';
import { connect, type Sql } from '@energy-data-service/db';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forkConfined } from './confined-process.ts';
import { frontendMessage } from './messages.ts';
import { BUILD, startCommunityTimescaleDb } from './server.ts';

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

  it.each([
    ['before it says that a statement is complete', 'insert into number values (1)', 'INSERT 0 1'],
    ['after an error', 'insert into number values (1 / 0)', 'division by zero'],
  ])('takes back what a client leaves %s', async (_, statement, answer) => {
    await sql`create table number (value integer)`;
    const socket = openSocket(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(frontendMessage('', '\0\x03\0\0user\0postgres\0\0'));
    socket.write(frontendMessage('p', 'any\0'));
    socket.write(frontendMessage('P', `\0${statement}\0\0\0`));
    socket.write(frontendMessage('B', '\0\0\0\0\0\0\0\0'));
    socket.write(frontendMessage('E', '\0\0\0\0\0'));
    let answers = '';
    for await (const piece of socket) {
      answers += piece;
      if (answers.includes(answer)) break;
    }
    socket.destroy();
    expect([...(await sql`select value from number`)]).toEqual([]);
  });

  it('goes on in the clear with a client that would have TLS', async () => {
    const careful = connect(`${server.url}?sslmode=prefer`, { max: 1 });
    expect([...(await careful`select 1 as one`)]).toEqual([{ one: 1 }]);
    await careful.end();
  });

  it('lets go of everybody when the backend ends', async () => {
    const dying = await startCommunityTimescaleDb();
    const clients = [connect(dying.url, { max: 1 }), connect(dying.url, { max: 1 })] as const;
    await clients[0]`create table number (value integer)`;
    const asked = [clients[0].unsafe('copy number from stdin'), clients[1]`select 1`];
    const ends = await Promise.allSettled(asked.map((answer) => answer.execute()));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await dying.stop();
  });
});

describe('the process that it runs in', () => {
  it('can do nothing but talk', async () => {
    const tried = forkConfined(new URL('testing/mischief.ts', import.meta.url), BUILD);
    const [outcomes] = await once(tried, 'message');
    expect(outcomes).toEqual({
      environment: '{}',
      readsAFile: 'ERR_ACCESS_DENIED',
      readsBehindALink: 'ERR_ACCESS_DENIED',
      writes: 'ERR_ACCESS_DENIED',
      writesADatabase: 'ERR_UNKNOWN_BUILTIN_MODULE',
      startsAProcess: 'ERR_ACCESS_DENIED',
      startsAThread: 'ERR_ACCESS_DENIED',
      connects: 'ERR_ACCESS_DENIED',
    });
  });
});
