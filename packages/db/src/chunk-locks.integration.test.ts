import { createTestDatabase } from '@energy-data-service/test-support';
import {
  convertAllChunks,
  type Form,
  formsOf,
} from '@energy-data-service/test-support/community-timescaledb';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Sql, type Transaction } from './connect.ts';
import { migrate } from './migrate.ts';
import { storeAnswer } from './stored-answer.ts';
import { answerOf, hourly, process, receive } from './testing/answers.ts';
import { createCommunityDatabase } from './testing/community-database.ts';
import { forgetAnswers } from './testing/received-answers.ts';
import { editionOfTests } from './testing/timescale-edition.ts';

const edition = await editionOfTests(inject('databaseServerUrl'));

/** A value in each of ten chunks, which are of 30 days. */
const HOURS = Array.from({ length: 10 }, (_, month) => month * 30 * 24);
const monthly = (values: readonly string[]) => HOURS.map((hour, i) => hourly(hour, values[i] ?? '1'));

const received = (day: number) => ({ at: Temporal.Instant.from(`2020-01-0${day}T00:00:00Z`) });

async function deliver(sql: Sql, day: number, ...values: string[]): Promise<void> {
  const { answer, parsed } = answerOf(...monthly(values));
  await process(sql, await receive(sql, answer, received(day)), parsed);
}

/** The chunks of a table that this transaction has locked for writing. */
async function countLockedChunks(transaction: Transaction, table: string): Promise<number> {
  const [row] = await transaction<{ count: number }[]>`
    select count(distinct lock.relation)
    from pg_locks as lock
    join pg_locks as own on own.virtualtransaction = lock.virtualtransaction and own.transactionid = pg_current_xact_id()::xid
    join timescaledb_information.chunks on lock.relation = format('%I.%I', chunk_schema, chunk_name)::regclass
    where lock.mode = 'RowExclusiveLock' and hypertable_name = ${table}`;
  return row?.count ?? Number.NaN;
}

/** Those of a correction must be few, so that the others can be turned into columns, or stay so. */
function theyAreLocked(
  createDatabase: () => Promise<AsyncDisposable & { readonly url: string }>,
  form: Form,
): void {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let sql: Sql;
  beforeAll(async () => {
    database = await createDatabase();
    await migrate(database.url, { columnstoreAfterDays: 36_500 });
    sql = connect(database.url);
  });
  beforeEach(async () => {
    await forgetAnswers(sql);
    await deliver(sql, 1, '1');
    if (form === 'columns') await convertAllChunks(sql);
    expect(await formsOf(sql, 'point')).toEqual(Array(10).fill(form));
  });
  afterAll(async () => {
    await sql.end();
    await database[Symbol.asyncDispose]();
  });

  it('by a correction only where it changes values', async () => {
    const second = answerOf(...monthly(['1', '1', '1', '2', '2']));
    const payload = await receive(sql, second.answer, received(3));
    await sql.begin(async (transaction) => {
      const result = await storeAnswer(transaction, payload, second.parsed);
      expect(result?.changes).toEqual({ new: 0, revised: 2, unchanged: 8 });
      expect(await countLockedChunks(transaction, 'point')).toBe(2);
      expect(await countLockedChunks(transaction, 'point_revision')).toBe(2);
    });
    const corrected = form === 'columns' ? 'both' : 'rows';
    expect(await formsOf(sql, 'point')).toEqual(HOURS.map((_, i) => (i === 3 || i === 4 ? corrected : form)));
  });

  it('by a late answer only where it adds to the history', async () => {
    await deliver(sql, 3, '1', '1', '1', '2', '2');
    if (form === 'columns') await convertAllChunks(sql);
    const late = answerOf(...monthly(['1', '3']));
    const payload = await receive(sql, late.answer, received(2));
    await sql.begin(async (transaction) => {
      const result = await storeAnswer(transaction, payload, late.parsed);
      expect(result?.changes).toEqual({ new: 0, revised: 1, unchanged: 9 });
      expect(await countLockedChunks(transaction, 'point')).toBe(1);
      expect(await countLockedChunks(transaction, 'point_revision')).toBe(1);
    });
  });
}

describe.skipIf(edition === 'none')(`chunks of rows (TimescaleDB only; here: ${edition}) are locked`, () => {
  theyAreLocked(() => createTestDatabase(inject('databaseServerUrl')), 'rows');
});

describe('chunks of columns are locked', () => {
  theyAreLocked(() => createCommunityDatabase(inject('databaseServerUrl'), edition), 'columns');
});
