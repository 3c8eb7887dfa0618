import { createTestDatabase, untilNoDeadlock } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { migrate } from './migrate.ts';
import { storeAnswer } from './stored-answer.ts';
import { answerOf, historyOf, hourly, process, receive } from './testing/answers.ts';
import { createCommunityDatabase } from './testing/community-database.ts';
import { expectModel } from './testing/compare-with-model.ts';
import {
  CONVERSION_LOCKS,
  chunksOf,
  isAnyoneWaiting,
  isDeadlock,
  lockAsConversion,
} from './testing/conversion.ts';
import { planOf } from './testing/deliveries.ts';
import { PROPERTY_RUNS, PROPERTY_TIMEOUT_MS } from './testing/property-runs.ts';
import { createReceiver, forgetAnswers } from './testing/received-answers.ts';
import { editionOfTests } from './testing/timescale-edition.ts';
import { createWriters } from './testing/writers.ts';

const edition = await editionOfTests(inject('databaseServerUrl'));

/** Older than every value of the tests: the policy's own runs find nothing to do. */
const NEVER = { columnstoreAfterDays: 36_500 };

const day = (day: number) => ({ at: Temporal.Instant.from(`2024-06-0${day}T00:00:00Z`) });

it(`a conversion locks what its stand-in below locks (seen on the ${edition === 'community' ? "tests' server" : 'edition in WebAssembly'})`, async () => {
  await using database = await createCommunityDatabase(inject('databaseServerUrl'), edition);
  await migrate(database.url, NEVER);
  const sql = connect(database.url, { max: 1 });
  try {
    const { answer, parsed } = answerOf(hourly(0, '1'));
    await process(sql, await receive(sql, answer, day(1)), parsed);
    const [chunk = ''] = await chunksOf(sql, 'point', true);
    const locked = await sql.begin(async (transaction) => {
      await transaction.unsafe(`call convert_to_columnstore('${chunk}')`);
      return transaction<{ name: string; modes: string[] }[]>`
        select relation::regclass::text as name, array_agg(distinct mode order by mode) as modes from pg_locks
        where relation in ('point'::regclass, ${chunk}::text::regclass) group by relation`;
    });
    expect(Object.fromEntries(locked.map(({ name, modes }) => [name, modes]))).toEqual({
      point: CONVERSION_LOCKS.hypertable,
      [chunk]: CONVERSION_LOCKS.chunk,
    });
  } finally {
    await sql.end();
  }
});

describe(`writers beside a conversion (${edition === 'community' ? 'by TimescaleDB' : 'its locks'})`, () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let sql: Sql;
  let conversion: Sql;
  let writers: ReturnType<typeof createWriters>;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseServerUrl'));
    if (edition === 'community') await migrate(database.url, NEVER);
    sql = connect(database.url);
    conversion = connect(database.url, { max: 1 });
    writers = createWriters(database.url);
  });
  afterAll(async () => {
    await writers.end();
    await conversion.end();
    await sql.end();
    await database[Symbol.asyncDispose]();
  });
  beforeEach(() => forgetAnswers(sql));

  it('end it where it waits for what they read, and are stored', async () => {
    await deliver(1, '1');
    const second = answerOf(hourly(0, '2'));
    const payload = await receive(sql, second.answer, day(2));
    const [chunk = ''] = await chunksOf(sql, 'point', edition !== 'none');
    let writing: Promise<unknown> | undefined;
    const converting = conversion.begin(async (transaction) => {
      await lockAsConversion(transaction, 'point', chunk, async () => {
        writing = process(sql, payload, second.parsed);
        await untilAnyoneWaits(writing);
      });
    });
    await expect(converting).rejects.toSatisfy(isDeadlock);
    expect(await writing).toMatchObject({ revised: 1 });
    expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['1', '2']);
  });

  it('leave nothing where it ends them, and are stored when they are tried again', async () => {
    await deliver(1, '1');
    const second = answerOf(hourly(0, '2'));
    const payload = await receive(sql, second.answer, day(2));
    const [chunk = ''] = await chunksOf(sql, 'point', edition !== 'none');
    let converting: Promise<unknown> | undefined;
    const writing = sql.begin(async (transaction) => {
      await transaction`select from point where starts_at >= '2024-01-01' and starts_at < '2024-01-02'`;
      converting = conversion.begin((transaction) => lockAsConversion(transaction, 'point', chunk));
      await untilAnyoneWaits(converting);
      await storeAnswer(transaction, payload, second.parsed);
    });
    await expect(writing).rejects.toSatisfy(isDeadlock);
    await converting;
    expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['1']);
    expect(await process(sql, payload, second.parsed)).toMatchObject({ revised: 1 });
    expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['1', '2']);
  });

  it('give what processing answers one by one gives', { timeout: PROPERTY_TIMEOUT_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(planOf(fc.constant(null)), fc.infiniteStream(fc.boolean()), async (plan, meets) => {
        await forgetAnswers(sql);
        const receiver = createReceiver(sql, plan.deliveries);
        await receiver.receiveAll();
        let isWritten = false;
        const writing = writers
          .run(plan, async (writer, { delivery }) => {
            const { payload, model } = await receiver.receive(delivery);
            // As the queue does.
            await untilNoDeadlock(() => process(writer, payload, model.parsed));
          })
          .finally(() => (isWritten = true));
        while (!isWritten) await convertOnce({ meets, isWritten: () => isWritten });
        await writing;
        await expectModel(sql, await receiver.received());
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  /** Ends as soon as somebody waits for a lock, or `work` does. */
  async function untilAnyoneWaits(work: Promise<unknown>): Promise<void> {
    let isOver = false;
    work.catch(() => undefined).finally(() => (isOver = true));
    while (!isOver && !(await isAnyoneWaiting(sql)));
  }

  async function deliver(on: number, ...values: string[]): Promise<void> {
    const { answer, parsed } = answerOf(hourly(0, ...values));
    await process(sql, await receive(sql, answer, day(on)), parsed);
  }

  /**
   * Turns every chunk into columns, or locks it as that does. A policy goes on with the next after one that failed.
   */
  async function convertOnce({ meets, isWritten }: Conversions): Promise<void> {
    for (const table of ['point', 'point_revision']) {
      for (const chunk of await chunksOf(sql, table, edition !== 'none')) {
        try {
          if (edition === 'community') await conversion.unsafe(`call convert_to_columnstore('${chunk}')`);
          else {
            await conversion.begin(async (transaction) => {
              await lockAsConversion(transaction, table, chunk, async () => {
                const isMet = meets.next().value;
                while (isMet && !isWritten() && !(await isAnyoneWaiting(sql)));
              });
            });
          }
        } catch (error) {
          if (!isDeadlock(error)) throw error;
        }
      }
    }
  }
});
interface Conversions {
  /** For each, whether it lasts until a writer waits. */
  readonly meets: Iterator<boolean>;
  readonly isWritten: () => boolean;
}
