import { createTestDatabase } from '@energy-data-service/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createCollectionWindowRepository } from './collection-window.ts';
import { connect, type Sql } from './connect.ts';
import { createRawPayloadRepository } from './raw-payload.ts';
import { answerOf, DAY_START, HOUR_MS, hourly, process, REQUEST, receive } from './testing/answers.ts';
import { expectModel, expectWholeAnswers } from './testing/compare-with-model.ts';
import type { Delivery } from './testing/deliveries.ts';
import { createReceiver, forgetAnswers } from './testing/received-answers.ts';
import { workUntilCut } from './testing/severed-connection.ts';
import { readState } from './testing/stored-state.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase(inject('databaseServerUrl'));
  sql = connect(database.url);
});
afterAll(async () => {
  await sql.end();
  await database[Symbol.asyncDispose]();
});
beforeEach(() => forgetAnswers(sql));

const receivedAt = (minute: number) => Temporal.Instant.from('2024-01-02T00:00:00Z').add({ minutes: minute });
const WIDER = { ...REQUEST, window: { ...REQUEST.window, to: DAY_START.add({ hours: 48 }) } };

/** A series of days beside the one of hours. */
const daily = (...values: string[]) => {
  const observation = hourly(0);
  const startsMs = values.map((_, day) => DAY_START.epochMilliseconds + day * 24 * HOUR_MS);
  const endMs = DAY_START.epochMilliseconds + values.length * 24 * HOUR_MS;
  return {
    ...observation,
    key: { ...observation.key, resolution: 'P1D' },
    block: { kind: 'calendar' as const, startsMs, endMs, values },
  };
};

/** Answers in the order of receipt; `interrupted` is the index of the one that is processed last, and cut off. */
interface Case {
  readonly title: string;
  readonly deliveries: readonly Delivery[];
  readonly interrupted: number;
}

const CASES: readonly Case[] = [
  {
    title: 'brings new series, new instants and corrections',
    deliveries: [
      { request: REQUEST, observations: [hourly(0, '1', '2', null)], receivedAt: receivedAt(0) },
      {
        request: WIDER,
        observations: [hourly(1, '3', null, '4'), hourly(7, '5'), daily('6', '7')],
        receivedAt: receivedAt(1),
      },
    ],
    interrupted: 1,
  },
  {
    title: 'is late, and goes between others',
    deliveries: [
      { request: REQUEST, observations: [hourly(0, '1', '2', '3')], receivedAt: receivedAt(0) },
      {
        request: WIDER,
        observations: [hourly(0, '9', '9', '9', '9'), daily('6')],
        receivedAt: receivedAt(1),
      },
      { request: REQUEST, observations: [hourly(0, '1', '3', '3')], receivedAt: receivedAt(2) },
    ],
    interrupted: 1,
  },
  {
    title: 'repeats the one before it',
    deliveries: [
      { request: REQUEST, observations: [hourly(0, '1', '2')], receivedAt: receivedAt(0) },
      { request: REQUEST, observations: [hourly(0, '1', '2')], receivedAt: receivedAt(1) },
    ],
    interrupted: 1,
  },
  {
    title: 'says that there is nothing',
    deliveries: [{ request: REQUEST, observations: [], receivedAt: receivedAt(0) }],
    interrupted: 0,
  },
];

describe('an answer whose processing is cut off after one statement, after two, and so on', () => {
  it.each(CASES)(
    'is not stored in part, and once in the end, where it $title',
    async ({ deliveries, interrupted }) => {
      const receiver = createReceiver(sql, deliveries);
      await receiver.receiveAll();
      for (const i of deliveries.keys()) {
        const { payload, model } = await receiver.receive(i);
        if (i !== interrupted) await process(sql, payload, model.parsed);
      }
      const { payload, model } = await receiver.receive(interrupted);
      const expectNothingInPart = async () => expectWholeAnswers(sql, await receiver.received());

      let statements = 0;
      for (let isStored = false; !isStored; ) {
        statements++;
        const attempt = (cut: Sql) => process(cut, payload, model.parsed);
        // Also while the transaction is open, and the server does not know yet that nobody will end it.
        expect(await workUntilCut(database.url, statements, attempt, expectNothingInPart)).toBe(true);
        await expectNothingInPart();
        isStored = (await readState(sql)).processedIds.has(payload.id);
      }
      // The last attempt has lost only the answer to its commit, and so the answer is delivered again.
      expect(statements).toBeGreaterThan(5);
      await process(sql, payload, model.parsed);
      await expectModel(sql, await receiver.received());
    },
  );
});

describe('an answer whose receipt is cut off after any statement', () => {
  it('is asked for again unless it was stored with all that waited for it', async () => {
    const { answer, parsed } = answerOf(hourly(0, '1'));
    const windows = createCollectionWindowRepository(sql);
    for (let statements = 1; ; statements++) {
      await forgetAnswers(sql);
      await windows.createCollection('test', REQUEST, [REQUEST.window], 'live');
      const store = (cut: Sql) => createRawPayloadRepository(cut).store(REQUEST, answer);
      const isCut = await workUntilCut(database.url, statements, store);
      const payloads = createRawPayloadRepository(sql);
      const stored = await payloads.findUnprocessed(10);
      expect(stored).toHaveLength((await windows.findPriority(REQUEST)) === undefined ? 1 : 0);
      // The collector does not know, and asks again.
      await receive(sql, answer);
      for (const { rawPayloadId } of await payloads.findUnprocessed(10)) {
        const payload = await payloads.find(rawPayloadId);
        if (payload !== undefined) await process(sql, payload, parsed);
      }
      const { state } = await readState(sql);
      expect(state.known.map(({ value, knownUntilUs }) => [value, knownUntilUs])).toEqual([['1', null]]);
      const [row] = await sql`select status, points from collection_window`;
      expect(row).toEqual({ status: 'succeeded', points: 1 });
      if (!isCut) break;
    }
  });
});
