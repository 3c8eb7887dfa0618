import { createTestDatabase } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { migrate } from './migrate.ts';
import { process } from './testing/answers.ts';
import { expectModel } from './testing/compare-with-model.ts';
import { planOf } from './testing/deliveries.ts';
import { PROPERTY_RUNS, PROPERTY_TIMEOUT_MS } from './testing/property-runs.ts';
import { createReceiver, forgetAnswers } from './testing/received-answers.ts';
import { editionOfTests } from './testing/timescale-edition.ts';
import { createWriters } from './testing/writers.ts';

/** Older than every value of the tests: the policy's own runs find nothing to do. */
const NEVER = { columnstoreAfterDays: 36_500 };

async function findPolicies(sql: Sql) {
  return sql<{ table: string; after: string }[]>`
    select hypertable_name as table, config ->> 'compress_after' as after
    from timescaledb_information.jobs
    where proc_name = 'policy_compression'
    order by 1`;
}

/** Turns every chunk into columns, also those that were partly taken out of them. */
async function convertAllChunks(sql: Sql): Promise<void> {
  const chunks = await sql<{ chunk: string }[]>`
    select format('%I.%I', chunk_schema, chunk_name) as chunk from timescaledb_information.chunks`;
  for (const { chunk } of chunks) await sql.unsafe(`call convert_to_columnstore('${chunk}')`);
}

const edition = await editionOfTests(inject('databaseServerUrl'));

describe.skipIf(edition !== 'community')(`columns (Community edition only; here: ${edition})`, () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let sql: Sql;
  let writers: ReturnType<typeof createWriters>;
  beforeAll(async () => {
    database = await createTestDatabase(inject('databaseServerUrl'));
    // The setting of a database is not cloned from the template with it.
    await migrate(database.url, NEVER);
    sql = connect(database.url);
    writers = createWriters(database.url);
  });
  afterAll(async () => {
    await writers.end();
    await sql.end();
    await database[Symbol.asyncDispose]();
  });
  beforeEach(() => forgetAnswers(sql));

  it('are made of points and of revisions, each by one policy with the age that was set last', async () => {
    await migrate(database.url, { columnstoreAfterDays: 30_000 });
    await migrate(database.url, { columnstoreAfterDays: 31_000 });
    expect([...(await findPolicies(sql))]).toEqual([
      { table: 'point', after: '31000 days' },
      { table: 'point_revision', after: '31000 days' },
    ]);
    await migrate(database.url, NEVER);
  });

  it('let an answer correct any number of old values', async () => {
    const [row] = await sql`show timescaledb.max_tuples_decompressed_per_dml_transaction`;
    expect(Object.values(row ?? {})).toEqual(['0']);
  });

  it('give the same values, history and answers as rows do, however often chunks are turned into them', {
    timeout: PROPERTY_TIMEOUT_MS,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(planOf(fc.constant(null)), fc.infiniteStream(fc.boolean()), async (plan, converts) => {
        await forgetAnswers(sql);
        const receiver = createReceiver(sql, plan.deliveries);
        await receiver.receiveAll();
        await writers.run({ ...plan, writers: 1 }, async (writer, { delivery }) => {
          const { payload, model } = await receiver.receive(delivery);
          await process(writer, payload, model.parsed);
          if (converts.next().value) await convertAllChunks(sql);
        });
        await expectModel(sql, await receiver.received());
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it('give the same to writers side by side', { timeout: PROPERTY_TIMEOUT_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(planOf(fc.constant(null)), async (plan) => {
        await forgetAnswers(sql);
        const receiver = createReceiver(sql, plan.deliveries);
        await receiver.receiveAll();
        const [first, ...others] = plan.order;
        if (first === undefined) return;
        const write = async (writer: Sql, { delivery }: typeof first) => {
          const { payload, model } = await receiver.receive(delivery);
          await process(writer, payload, model.parsed);
        };
        await write(sql, first);
        await convertAllChunks(sql);
        await writers.run({ ...plan, order: others }, write);
        await expectModel(sql, await receiver.received());
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});

describe.skipIf(edition === 'community')(`without the Community edition (here: ${edition})`, () => {
  it('nothing is turned into columns, and migrating again changes nothing', async () => {
    await using database = await createTestDatabase(inject('databaseServerUrl'));
    expect(await migrate(database.url, { columnstoreAfterDays: 1 })).toEqual([]);
    if (edition === 'none') return;
    const sql = connect(database.url, { max: 1 });
    try {
      expect([...(await findPolicies(sql))]).toEqual([]);
    } finally {
      await sql.end();
    }
  });
});
