import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { connect, type Sql, type Transaction } from './connect.ts';
import { isDatabaseAway } from './read/database-away.ts';
import { runSingly } from './single-runner.ts';

async function withConnections(
  max: number,
  test: (sql: Sql, killer: Sql, url: string) => Promise<void>,
): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max });
  const killer = connect(database.url, { max: 1 });
  try {
    await sql`create table written (number integer)`;
    await test(sql, killer, database.url);
  } finally {
    await sql.end();
    await killer.end();
  }
}

async function backendOf(transaction: Transaction): Promise<number> {
  const [row] = await transaction<{ pid: number }[]>`select pg_backend_pid() as pid`;
  if (row === undefined) throw new Error('no backend');
  return row.pid;
}

describe('a transaction whose connection is lost', () => {
  it('fails as a whole, and none of its later statements runs on the connection that takes its place', () =>
    withConnections(1, async (sql, killer) => {
      const others: Promise<unknown>[] = [];
      const transaction = sql.begin(async (lost) => {
        await lost`insert into written values (1)`;
        // Waits for the connection, and so makes it be made anew at once.
        others.push(sql`insert into written values (10)`);
        await killer`select pg_terminate_backend(${await backendOf(lost)}, 5000)`;
        // One statement notices the loss, the next comes when a new connection may be there.
        await expect(lost`insert into written values (2)`).rejects.toThrow();
        await Promise.allSettled(others);
        await lost`insert into written values (3)`;
      });
      await expect(transaction).rejects.toThrow();
      await Promise.all(others);
      expect([...(await sql`select number from written`)]).toEqual([{ number: 10 }]);
    }));

  it('fails when it waits for nothing, too', () =>
    withConnections(1, async (sql, killer) => {
      const transaction = sql.begin(async (lost) => {
        await killer`select pg_terminate_backend(${await backendOf(lost)}, 5000)`;
        await setTimeout(50);
        await lost`insert into written values (1)`;
      });
      await expect(transaction).rejects.toThrow();
      expect([...(await sql`select number from written`)]).toEqual([]);
    }));

  it('fails while a statement runs', () =>
    withConnections(2, async (sql, killer) => {
      const pid = Promise.withResolvers<number>();
      const transaction = sql.begin(async (lost) => {
        pid.resolve(await backendOf(lost));
        await lost`select pg_sleep(30)`;
      });
      const failure = expect(transaction).rejects.toThrow();
      await killer`select pg_terminate_backend(${await pid.promise}, 5000)`;
      await failure;
      expect([...(await sql`select 1 as one`)]).toEqual([{ one: 1 }]);
    }));
});

describe('a connection that fails while it is made', () => {
  it('fails the statement that waits for it, and nothing else; the next is whole', () =>
    withConnections(1, async (sql, _, url) => {
      const impatient = connect(url, { max: 1, statementTimeoutMs: 100 });
      await sql.begin(async (transaction) => {
        // What the driver asks for first, on every new connection.
        await transaction`lock table pg_catalog.pg_type in access exclusive mode`;
        await expect(impatient`select 1`).rejects.toMatchObject({ code: '57014' });
      });
      expect([...(await impatient`select ${['a', 'b']}::text[] as letters`)]).toEqual([
        { letters: ['a', 'b'] },
      ]);
      await impatient.end();
    }));
});

describe('a server that takes connections only to end them, as a proxy does whose own server is away', () => {
  it.each([{ secure: false }, { secure: true }])(
    'refuses each statement at once (TLS: $secure)',
    async ({ secure }) => {
      let connections = 0;
      const server = createServer((socket) => {
        connections += 1;
        // What was sent is read: the connection ends in order.
        socket.resume().end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const sql = connect(`postgres://somebody@127.0.0.1:${port}/some${secure ? '?sslmode=require' : ''}`, {
        max: 2,
      });
      try {
        const statements = Array.from({ length: 5 }, () => sql`select 1`.catch((error: unknown) => error));
        for (const error of await Promise.all(statements)) {
          expect(error).toMatchObject({ code: 'CONNECTION_CLOSED' });
          expect(isDatabaseAway(error)).toBe(true);
        }
        // No more than asked, however long somebody waits.
        expect(connections).toBeLessThanOrEqual(5);
      } finally {
        await sql.end();
        server.close();
      }
    },
  );
});

describe('runSingly', () => {
  it('runs at one place at a time, and again afterwards', () =>
    withConnections(4, async (sql) => {
      const running = Promise.withResolvers<void>();
      const end = Promise.withResolvers<void>();
      const first = runSingly(sql, async () => {
        running.resolve();
        await end.promise;
      });
      await running.promise;
      expect(await runSingly(sql, async () => undefined)).toBe(false);
      end.resolve();
      expect(await first).toBe(true);
      expect(await runSingly(sql, async () => undefined)).toBe(true);
    }));

  it('is free again after work that failed', () =>
    withConnections(4, async (sql) => {
      await expect(runSingly(sql, () => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck');
      expect(await runSingly(sql, async () => undefined)).toBe(true);
    }));
});
