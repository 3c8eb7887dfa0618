import type { Value } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { answerOf, DAY_START, hourly, process, REQUEST, receive } from './testing/answers.ts';
import { expectModel } from './testing/compare-with-model.ts';
import type { Delivery } from './testing/deliveries.ts';
import { createReceiver, forgetAnswers } from './testing/received-answers.ts';
import { workUntilCut } from './testing/severed-connection.ts';

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

/** More than any answer of one series needs, however many gaps it has. */
const STATEMENTS = 30;
const BLOCKS = 100;

const receivedAt = (minute: number) => Temporal.Instant.from('2024-06-01T00:00:00Z').add({ minutes: minute });
const WIDER = { ...REQUEST, window: { ...REQUEST.window, to: DAY_START.add({ hours: 48 }) } };

/** Every other pair of hours, and so a block each. */
const gappy = (...values: Value[]) =>
  Array.from({ length: BLOCKS }, (_, block) => hourly(4 * block, ...values));

/** Deliveries in the order of receipt; `counted` is the index of the one that is processed last. */
interface Case {
  readonly title: string;
  readonly deliveries: readonly Delivery[];
  readonly counted: number;
}

const delivery = (minute: number, observations: Delivery['observations'], request = REQUEST): Delivery => ({
  request,
  observations,
  receivedAt: receivedAt(minute),
});

const CASES: readonly Case[] = [
  { title: 'is the first', deliveries: [delivery(0, gappy('1', null))], counted: 0 },
  {
    title: 'changes some values and brings others',
    deliveries: [delivery(0, gappy('1', '2')), delivery(1, gappy('1', '3', '4'), WIDER)],
    counted: 1,
  },
  {
    title: 'is late',
    deliveries: [
      delivery(0, gappy('1', '2')),
      delivery(1, gappy('9', '9', '9'), WIDER),
      delivery(2, gappy('1', '3')),
    ],
    counted: 1,
  },
  {
    title: 'is late in some of its blocks',
    deliveries: [
      delivery(0, gappy('1', '2')),
      delivery(1, gappy('9', '9'), WIDER),
      delivery(
        2,
        [0, 40, 41, 200].map((hour) => hourly(hour, '3')),
      ),
    ],
    counted: 1,
  },
];

describe('an answer of many blocks', () => {
  it.each(CASES)('is written by a few statements where it $title', async ({ deliveries, counted }) => {
    const receiver = createReceiver(sql, deliveries);
    await receiver.receiveAll();
    for (const i of deliveries.keys()) {
      const { payload, model } = await receiver.receive(i);
      if (i !== counted) await process(sql, payload, model.parsed);
    }
    const { payload, model } = await receiver.receive(counted);
    const isCut = await workUntilCut(database.url, STATEMENTS, (one) => process(one, payload, model.parsed));
    expect(isCut).toBe(false);
    await expectModel(sql, await receiver.received());
  });

  it('whose days are those of a calendar is written by a few statements', async () => {
    const startMs = (day: number) => DAY_START.add({ hours: 24 * day }).epochMilliseconds;
    const observation = hourly(0);
    const observations = Array.from({ length: BLOCKS }, (_, i) => ({
      ...observation,
      key: { ...observation.key, resolution: 'P1D' },
      block: {
        kind: 'calendar' as const,
        startsMs: [startMs(2 * i)],
        endMs: startMs(2 * i + 1),
        values: [String(i)],
      },
    }));
    const { answer, parsed } = answerOf(...observations);
    const payload = await receive(sql, answer);
    expect(await workUntilCut(database.url, STATEMENTS, (one) => process(one, payload, parsed))).toBe(false);
    const rows = await sql<{ value: string }[]>`select value::text from point order by starts_at`;
    expect(rows.map(({ value }) => value)).toEqual(observations.map((_, i) => String(i)));
  });
});
