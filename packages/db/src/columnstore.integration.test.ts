import { createTestDatabase } from '@energy-data-service/test-support';
import { convertAllChunks, formsOf } from '@energy-data-service/test-support/community-timescaledb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { migrate } from './migrate.ts';
import {
  answerOf,
  DAY_START,
  historyOf,
  hourly,
  presentValues,
  process,
  REQUEST,
  receive,
} from './testing/answers.ts';
import { createCommunityDatabase } from './testing/community-database.ts';
import { expectModel } from './testing/compare-with-model.ts';
import { planOf } from './testing/deliveries.ts';
import { PROPERTY_RUNS, PROPERTY_TIMEOUT_MS } from './testing/property-runs.ts';
import { DECODERS, rebuildAll } from './testing/rebuilding.ts';
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

/** Lets the policies run now and never else, with an age of so many days. */
async function runPolicies(sql: Sql, afterDays: number): Promise<void> {
  const jobs = await sql<{ id: number }[]>`
    select alter_job(job_id, scheduled => false,
      config => jsonb_set(config, '{compress_after}', to_jsonb(${`${afterDays} days`}::text))), job_id as id
    from timescaledb_information.jobs
    where proc_name = 'policy_compression'`;
  for (const { id } of jobs) await sql.unsafe(`call run_job(${id})`);
}

/** Stores an answer that gives one hour since DAY_START a value. */
async function storeHour(sql: Sql, hour: number, value: string): Promise<void> {
  const from = DAY_START.add({ hours: hour });
  const { answer, parsed } = answerOf(hourly(hour, value));
  const request = { ...REQUEST, window: { from, to: from.add({ hours: 1 }) } };
  await process(sql, await receive(sql, answer, { request }), parsed);
}

const edition = await editionOfTests(inject('databaseServerUrl'));

describe(`columns of the Community edition (${edition === 'community' ? "the tests' server" : 'WebAssembly'})`, () => {
  let database: Awaited<ReturnType<typeof createCommunityDatabase>>;
  let sql: Sql;
  let writers: ReturnType<typeof createWriters>;
  beforeAll(async () => {
    database = await createCommunityDatabase(inject('databaseServerUrl'), edition);
    // The setting of a database is not cloned from the template with it.
    await migrate(database.url, NEVER);
    sql = connect(database.url);
    // Where all connections share a session, it is older than the setting.
    if (edition !== 'community') await sql`set timescaledb.max_tuples_decompressed_per_dml_transaction = 0`;
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
    const settings = await sql`
      select unnest(setconfig) as setting from pg_db_role_setting
      where setrole = 0 and setdatabase = (select oid from pg_database where datname = current_database())`;
    expect([...settings]).toContainEqual({
      setting: 'timescaledb.max_tuples_decompressed_per_dml_transaction=0',
    });
    const [row] = await sql`show timescaledb.max_tuples_decompressed_per_dml_transaction`;
    expect(Object.values(row ?? {})).toEqual(['0']);
  });

  it('hold old values, not new ones, and again those that were corrected in them', async () => {
    const now = Temporal.Now.instant().since(DAY_START).total('hours');
    const newHour = Math.floor(now) - 1;
    await storeHour(sql, 0, '1');
    await storeHour(sql, newHour, '1');
    expect(await formsOf(sql, 'point')).toEqual(['rows', 'rows']);
    await runPolicies(sql, 90);
    expect(await formsOf(sql, 'point')).toEqual(['columns', 'rows']);

    await storeHour(sql, 0, '2');
    await storeHour(sql, newHour, '2');
    expect(await formsOf(sql, 'point')).toEqual(['both', 'rows']);
    expect(await formsOf(sql, 'point_revision')).toEqual(['rows', 'rows']);
    await runPolicies(sql, 90);
    expect(await formsOf(sql, 'point')).toEqual(['columns', 'rows']);
    expect(await formsOf(sql, 'point_revision')).toEqual(['columns', 'rows']);
    expect(await presentValues(sql)).toEqual({ 0: '2', [newHour]: '2' });
    expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['1', '2']);
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

  it('can be made anew from all answers', { timeout: PROPERTY_TIMEOUT_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(planOf(fc.constant(null)), fc.constantFrom(...DECODERS), async (plan, decoder) => {
        await forgetAnswers(sql);
        const receiver = createReceiver(sql, plan.deliveries);
        await receiver.receiveAll();
        await writers.run({ ...plan, writers: 1 }, async (writer, { delivery }) => {
          const { payload, model } = await receiver.receive(delivery);
          await process(writer, payload, decoder(model.parsed));
        });
        await convertAllChunks(sql);
        await rebuildAll(sql);
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
