import { createTestDatabase } from '@energy-data-service/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Sql, type Transaction } from './connect.ts';
import { storeAnswer } from './stored-answer.ts';
import { answerOf, hourly, process, receive } from './testing/answers.ts';
import { forgetAnswers } from './testing/received-answers.ts';
import { editionOfTests } from './testing/timescale-edition.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseServerUrl'));
  sql = connect(database.url);
});
beforeEach(async () => {
  await forgetAnswers(sql);
  await deliver(1, '1');
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});

const edition = await editionOfTests(inject('databaseServerUrl'));

/** A value in each of ten chunks, which are of 30 days. */
const HOURS = Array.from({ length: 10 }, (_, month) => month * 30 * 24);
const monthly = (values: readonly string[]) => HOURS.map((hour, i) => hourly(hour, values[i] ?? '1'));

const received = (day: number) => ({ at: Temporal.Instant.from(`2020-01-0${day}T00:00:00Z`) });

async function deliver(day: number, ...values: string[]): Promise<void> {
  const { answer, parsed } = answerOf(...monthly(values));
  await process(sql, await receive(sql, answer, received(day)), parsed);
}

/** The chunks of a table that this transaction has locked for writing. */
async function countLockedChunks(transaction: Transaction, table: string): Promise<number> {
  const [row] = await transaction<{ count: number }[]>`
    select count(distinct relation)
    from pg_locks
    join timescaledb_information.chunks on relation = format('%I.%I', chunk_schema, chunk_name)::regclass
    where pid = pg_backend_pid() and mode = 'RowExclusiveLock' and hypertable_name = ${table}`;
  return row?.count ?? Number.NaN;
}

describe.skipIf(edition === 'none')(`chunks (TimescaleDB only; here: ${edition})`, () => {
  it('are locked by a correction only where it changes values, so that others can be turned into columns', async () => {
    const second = answerOf(...monthly(['1', '1', '1', '2', '2']));
    const payload = await receive(sql, second.answer, received(3));
    await sql.begin(async (transaction) => {
      const result = await storeAnswer(transaction, payload, second.parsed);
      expect(result?.changes).toEqual({ new: 0, revised: 2, unchanged: 8 });
      expect(await countLockedChunks(transaction, 'point')).toBe(2);
      expect(await countLockedChunks(transaction, 'point_revision')).toBe(2);
    });
  });

  it('are locked by a late answer only where it adds to the history', async () => {
    await deliver(3, '1', '1', '1', '2', '2');
    const late = answerOf(...monthly(['1', '3']));
    const payload = await receive(sql, late.answer, received(2));
    await sql.begin(async (transaction) => {
      const result = await storeAnswer(transaction, payload, late.parsed);
      expect(result?.changes).toEqual({ new: 0, revised: 1, unchanged: 9 });
      expect(await countLockedChunks(transaction, 'point')).toBe(1);
      expect(await countLockedChunks(transaction, 'point_revision')).toBe(1);
    });
  });
});
