import { createTestDatabase } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { answerOf, hourly, process, REQUEST, receive } from './testing/answers.ts';
import { expectModel, expectWholeAnswers } from './testing/compare-with-model.ts';
import { planOf } from './testing/deliveries.ts';
import { expectedState } from './testing/expected-state.ts';
import type { ModelAnswer } from './testing/model.ts';
import { PROPERTY_RUNS, PROPERTY_TIMEOUT_MS } from './testing/property-runs.ts';
import { createReceiver, forgetAnswers, type ReceivedAnswer } from './testing/received-answers.ts';
import { readRowVersions, rewrittenInVain } from './testing/row-versions.ts';
import { workUntilCut } from './testing/severed-connection.ts';
import { readState } from './testing/stored-state.ts';
import { fewestWrites, readTableWrites, writesBetween } from './testing/table-writes.ts';
import { createWriters } from './testing/writers.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;
let writers: ReturnType<typeof createWriters>;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseServerUrl'));
  sql = connect(database.url);
  writers = createWriters(database.url);
});
afterAll(async () => {
  await writers.end();
  await sql.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => forgetAnswers(sql));

const unbroken = planOf(fc.constant(null));
const broken = planOf(fc.option(fc.integer({ min: 1, max: 30 }), { freq: 1 }));

describe('answers processed in any order, with repetitions', { timeout: PROPERTY_TIMEOUT_MS }, () => {
  it('write as many rows as there are changes, by the count of the server', async () => {
    await fc.assert(
      fc.asyncProperty(unbroken, async (plan) => {
        await forgetAnswers(sql);
        await writers.reportStatistics();
        const before = await readTableWrites(sql);
        const receiver = createReceiver(sql, plan.deliveries);
        await receiver.receiveAll();
        await writers.run(plan, async (writer, { delivery }) => {
          const { payload, model } = await receiver.receive(delivery);
          await process(writer, payload, model.parsed);
        });
        await writers.reportStatistics();
        const writes = writesBetween(before, await readTableWrites(sql));
        expect(writes).toEqual(fewestWrites(await inOrderOfProcessing(await receiver.received())));
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it('by writers side by side give what processing them one by one as they were received gives', async () => {
    await fc.assert(
      fc.asyncProperty(unbroken, fc.boolean(), async (plan, isReceivedBefore) => {
        await forgetAnswers(sql);
        const receiver = createReceiver(sql, plan.deliveries);
        if (isReceivedBefore) await receiver.receiveAll();
        await writers.run(plan, async (writer, { delivery }) => {
          const { payload, model } = await receiver.receive(delivery);
          await process(writer, payload, model.parsed);
        });
        await expectModel(sql, await receiver.received());
      }),
      { numRuns: PROPERTY_RUNS },
    );
    expect(await countDeadlocks()).toBe(0);
  });

  it('by writers that lose their connections show whole answers only, and end in the same state', async () => {
    await fc.assert(
      fc.asyncProperty(broken, async (plan) => {
        await forgetAnswers(sql);
        const receiver = createReceiver(sql, plan.deliveries);
        await receiver.receiveAll();
        await writers.run(plan, async (writer, { delivery, cutAfter }) => {
          const { payload, model } = await receiver.receive(delivery);
          if (cutAfter !== null) {
            await workUntilCut(database.url, cutAfter, (cut) => process(cut, payload, model.parsed));
            await expectWholeAnswers(sql, await receiver.received());
          }
          await process(writer, payload, model.parsed);
        });
        await expectModel(sql, await receiver.received());
      }),
      { numRuns: PROPERTY_RUNS },
    );
    expect(await countDeadlocks()).toBe(0);
  });

  it('write no row anew that stays as it was', async () => {
    await fc.assert(
      fc.asyncProperty(unbroken, async (plan) => {
        await forgetAnswers(sql);
        const receiver = createReceiver(sql, plan.deliveries);
        let before = await readRowVersions(sql);
        for (const { delivery } of plan.order) {
          const { payload, model } = await receiver.receive(delivery);
          await process(sql, payload, model.parsed);
          const after = await readRowVersions(sql);
          expect(rewrittenInVain(before, after)).toEqual([]);
          before = after;
        }
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it('keep the digits that were published first, where the order is that of receipt', async () => {
    await fc.assert(
      fc.asyncProperty(unbroken, async ({ deliveries }) => {
        await forgetAnswers(sql);
        const receiver = createReceiver(sql, deliveries);
        for (const i of deliveries.keys()) {
          const { payload, model } = await receiver.receive(i);
          await process(sql, payload, model.parsed);
        }
        const answers = (await receiver.received()).map(({ model }) => model);
        expect((await readState(sql)).state).toEqual(expectedState(answers));
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it('do not wait for each other in a circle when one begins months of values and another of history', async () => {
    // TimescaleDB locks a table when it begins a chunk: some begin one of history first, some one of values.
    const monthsOfHours = (months: number) => months * 31 * 24;
    const requests = ['A', 'B', 'C', 'D', 'E', 'F'].map((area) => ({ ...REQUEST, area }));
    const valueAt = (area: string, months: number, value: string) => {
      const observation = hourly(monthsOfHours(months), value);
      return { ...observation, key: { ...observation.key, area } };
    };
    const deliver = async (at: string, i: number, ...months: [number, string][]) => {
      const request = requests[i] ?? REQUEST;
      const { answer, parsed } = answerOf(...months.map((month) => valueAt(request.area, ...month)));
      await process(sql, await receive(sql, answer, { at: Temporal.Instant.from(at), request }), parsed);
    };
    for (const i of requests.keys()) await deliver('2024-01-02T00:00:00Z', i, [2 * i, '1']);
    await Promise.all(
      requests.map((_, i) =>
        deliver('2024-01-02T01:00:00Z', i, [2 * i, '2'], [i % 2 === 0 ? 40 + i : -40 - i, '1']),
      ),
    );
    expect(await countDeadlocks()).toBe(0);
  });
});

async function countDeadlocks(): Promise<number> {
  const [row] = await sql<{ deadlocks: number }[]>`
    select deadlocks from pg_stat_database where datname = current_database()`;
  return row?.deadlocks ?? Number.NaN;
}

/** Answers that share a series are processed one at a time, and so the server's clock tells their order. */
async function inOrderOfProcessing(received: readonly ReceivedAnswer[]): Promise<ModelAnswer[]> {
  const rows = await sql<{ id: number }[]>`select id from raw_payload order by processed_at`;
  const answers = new Map(received.map(({ model }) => [model.rawPayloadId, model]));
  return rows.flatMap(({ id }) => answers.get(id) ?? []);
}
