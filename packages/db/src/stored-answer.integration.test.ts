import { PermanentError } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from './connect.ts';
import { createStoredAnswerRepository } from './stored-answer.ts';
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

async function withDatabase(test: (sql: Sql) => Promise<void>): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url);
  try {
    await test(sql);
  } finally {
    await sql.end();
  }
}

const [first, second, third, fourth] = [0, 1, 2, 3].map((hours) =>
  Temporal.Instant.from('2024-01-02T00:00:00Z').add({ hours }),
) as [Temporal.Instant, Temporal.Instant, Temporal.Instant, Temporal.Instant];

/** The same and the day after it: answers to it are never equal to those for the day alone. */
const WIDER = { ...REQUEST, window: { ...REQUEST.window, to: DAY_START.add({ hours: 48 }) } };

async function deliver(sql: Sql, at: Temporal.Instant, ...observations: Parameters<typeof answerOf>) {
  const { answer, parsed } = answerOf(...observations);
  return process(sql, await receive(sql, answer, { at }), parsed);
}

describe('a stored answer', () => {
  it('keeps every published digit, and null apart from 0', () =>
    withDatabase(async (sql) => {
      await deliver(
        sql,
        first,
        hourly(0, '7146.10', '0', null, '-0.000001', '12345678901234567890.123456789'),
      );
      expect(await presentValues(sql)).toEqual({
        0: '7146.10',
        1: '0',
        2: null,
        3: '-0.000001',
        4: '12345678901234567890.123456789',
      });
    }));

  it('moves a changed value into the history, with the time from which and until which it was known', () =>
    withDatabase(async (sql) => {
      expect(await deliver(sql, first, hourly(0, '1', '2'))).toEqual({ new: 2, revised: 0, unchanged: 0 });
      expect(await deliver(sql, second, hourly(0, '1', '3'))).toEqual({ new: 0, revised: 1, unchanged: 1 });
      expect(await historyOf(sql, 0)).toEqual([['1', first.toString(), null]]);
      expect(await historyOf(sql, 1)).toEqual([
        ['2', first.toString(), second.toString()],
        ['3', second.toString(), null],
      ]);
    }));

  it('changes nothing when it is processed again', () =>
    withDatabase(async (sql) => {
      const { answer, parsed } = answerOf(hourly(0, '1', '2'));
      const payload = await receive(sql, answer, { at: first });
      await process(sql, payload, parsed);
      const before = await everything(sql);
      expect(await createStoredAnswerRepository(sql).store(payload, parsed)).toBeNull();
      expect(await everything(sql)).toEqual(before);
    }));

  it('does not touch rows that it would not change', () =>
    withDatabase(async (sql) => {
      await deliver(sql, first, hourly(0, '1', '2', null));
      const before = await sql`select xmin::text, xmax::text, ctid::text from point order by starts_at`;
      await deliver(sql, second, hourly(0, '1.0', '2', null, '4'));
      const after = await sql`select xmin::text, xmax::text, ctid::text from point order by starts_at`;
      expect(after.slice(0, 3)).toEqual(before.slice());
    }));

  it('that changes a whole year ends soon, however often a connection has done it before', () =>
    withDatabase(async (sql) => {
      const year = (value: string) => hourly(0, ...Array.from({ length: 20_000 }, () => value));
      // A connection plans a statement anew five times, and may then keep a plan for all parameters.
      for (let i = 0; i < 8; i++) {
        const changes = await deliver(sql, first.add({ minutes: i }), year(`${i}`));
        expect(changes).toMatchObject(i === 0 ? { new: 20_000 } : { revised: 20_000 });
      }
    }));

  it('goes into the history and not into the present when it is late', () =>
    withDatabase(async (sql) => {
      const late = answerOf(hourly(0, '1', '2'));
      const payload = await receive(sql, late.answer, { at: first });
      await deliver(sql, second, hourly(0, '1', '3'));
      expect(await process(sql, payload, late.parsed)).toEqual({ new: 0, revised: 1, unchanged: 1 });
      expect(await historyOf(sql, 0)).toEqual([['1', first.toString(), null]]);
      expect(await historyOf(sql, 1)).toEqual([
        ['2', first.toString(), second.toString()],
        ['3', second.toString(), null],
      ]);
    }));

  it('that is late ends where a later answer had seen the old value again', () =>
    withDatabase(async (sql) => {
      await deliver(sql, first, hourly(0, '1'));
      const late = answerOf(hourly(0, '2'));
      const payload = await receive(sql, late.answer, { at: second });
      // Says more than the first, so that it is read, and the same of the hour in question.
      await deliver(sql, third, hourly(0, '1', '5'));
      await process(sql, payload, late.parsed);
      expect(await historyOf(sql, 0)).toEqual([
        ['1', first.toString(), second.toString()],
        ['2', second.toString(), third.toString()],
        ['1', third.toString(), null],
      ]);
    }));

  it('that is late is the first word on a step that a later answer laid another over', () =>
    withDatabase(async (sql) => {
      // The half hour takes the place of the hour that starts within it. The hour was taken for one that had been
      // seen, and the late answer could never be processed.
      const late = answerOf(hourly(0, '1', '2'));
      const payload = await receive(sql, late.answer, { at: first });
      await deliver(sql, second, hourly(0, '1', '2'), hourly(0.5, '3'));
      expect(await process(sql, payload, late.parsed)).toEqual({ new: 1, revised: 0, unchanged: 1 });
      expect(await historyOf(sql, 1)).toEqual([['2', first.toString(), null]]);
      expect(await historyOf(sql, 0.5)).toEqual([['3', second.toString(), null]]);
    }));

  it('that is late leaves alone what its instants were before and after it', () =>
    withDatabase(async (sql) => {
      // The whole history of an instant was deleted and written again.
      await deliver(sql, first, hourly(0, '1'));
      await deliver(sql, second, hourly(0, '2'));
      const late = answerOf(hourly(0, '9'));
      const payload = await receive(sql, late.answer, { at: third });
      await deliver(sql, fourth, hourly(0, '3'));
      const revisions = () =>
        sql`select known_at, xmin::text, ctid::text from point_revision order by known_at`;
      const [untouched] = await revisions();
      await process(sql, payload, late.parsed);
      expect((await revisions())[0]).toEqual(untouched);
      expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['1', '2', '9', '3']);
    }));

  it('that is late leaves the ledger alone where it says nothing new', () =>
    withDatabase(async (sql) => {
      const late = answerOf(hourly(0, '1'));
      const payload = await receive(sql, late.answer, { at: first });
      await deliver(sql, second, hourly(0, '2'));
      const ledger = () => sql`select xmin::text, ctid::text from coverage`;
      const before = await ledger();
      await process(sql, payload, late.parsed);
      expect([...(await ledger())]).toEqual([...before]);
    }));

  it('stores calendar steps by their own starts', () =>
    withDatabase(async (sql) => {
      const observation = hourly(0);
      const startsMs = [0, 23, 48].map((hour) => DAY_START.epochMilliseconds + hour * 3_600_000);
      const endMs = DAY_START.epochMilliseconds + 73 * 3_600_000;
      await deliver(sql, first, {
        ...observation,
        key: { ...observation.key, resolution: 'P1D' },
        block: { kind: 'calendar', startsMs, endMs, values: ['1', '2', '3'] },
      });
      expect(await presentValues(sql)).toEqual({ 0: '1', 23: '2', 48: '3' });
    }));

  it('keeps the last word where it contradicts itself, and says so', () =>
    withDatabase(async (sql) => {
      await deliver(sql, first, hourly(0, '1', '2'), hourly(1, '3'));
      expect(await presentValues(sql)).toEqual({ 0: '1', 1: '3' });
      const [payload] = await sql<{ problems: string[] }[]>`select problems from raw_payload`;
      expect(payload?.problems).toEqual([
        expect.stringMatching(
          /: 1 value gave way .*, the first at 2024-01-01T01:00:00Z; only the raw answer has what gave way$/,
        ),
      ]);
    }));

  it('takes nothing back when it is emptier than the one before', () =>
    withDatabase(async (sql) => {
      await deliver(sql, first, hourly(0, '1', '2'));
      await deliver(sql, second);
      expect(await presentValues(sql)).toEqual({ 0: '1', 1: '2' });
      const [ledger] = await sql`select collected::text, not_published::text from coverage`;
      expect(ledger).toEqual({
        collected: '{["2024-01-01 00:00:00+00","2024-01-01 02:00:00+00")}',
        not_published: '{}',
      });
    }));

  it('keeps count of its series', () =>
    withDatabase(async (sql) => {
      await deliver(sql, first, hourly(2, '1', '2'));
      await deliver(sql, second, hourly(0, '9'), hourly(2, '1', '3'));
      const [series] = await sql`
        select first_starts_at::text, last_starts_at::text, point_count from series`;
      expect(series).toEqual({
        first_starts_at: '2024-01-01 00:00:00+00',
        last_starts_at: '2024-01-01 03:00:00+00',
        point_count: 3,
      });
    }));

  it('rolls back as a whole when a part of it cannot be written', () =>
    withDatabase(async (sql) => {
      const { answer, parsed } = answerOf(hourly(0, '1'), hourly(5, 'no number'));
      const payload = await receive(sql, answer, { at: first });
      await expect(process(sql, payload, parsed)).rejects.toThrow();
      expect(await presentValues(sql)).toEqual({});
      expect(await sql`select from series`).toHaveLength(0);
    }));
});

describe('an answer with a series of another area than was asked for', () => {
  it('is refused as a whole, as later answers to that area could not be told from earlier ones', () =>
    withDatabase(async (sql) => {
      // It was stored. Processed after a later answer to that area, it could never be processed; said again after
      // one, it was taken for a repetition, and the value that came back was lost.
      const { answer, parsed } = answerOf(hourly(0, '1'));
      const germany = { ...REQUEST, area: '10Y1001A1001A82H' };
      const payload = await receive(sql, answer, { at: first, request: germany });
      await expect(process(sql, payload, parsed)).rejects.toThrow(PermanentError);
      expect(await sql`select from series`).toHaveLength(0);
    }));
});

describe('answers of one moment', () => {
  it('are kept one after the other, and none is asked for again', () =>
    withDatabase(async (sql) => {
      const received = Array.from({ length: 5 }, (_, i) =>
        receive(sql, answerOf(hourly(i, '1')).answer, { at: first }),
      );
      await Promise.all(received);
      const rows = await sql<{ laterByUs: number }[]>`
        select round(extract(epoch from received_at - ${first}) * 1000000)::integer as "laterByUs"
        from raw_payload order by received_at`;
      expect(rows.map(({ laterByUs }) => laterByUs)).toEqual([0, 1, 2, 3, 4]);
    }));
});

describe('an answer that was overtaken', () => {
  it('counts from when it was asked for, and so goes before the answer that overtook it', () =>
    withDatabase(async (sql) => {
      const slow = answerOf(hourly(0, '1'));
      const quick = answerOf(hourly(0, '2'));
      const [start] = await sql<{ now: Temporal.Instant }[]>`select clock_timestamp() as now`;
      if (start === undefined) throw new Error('the server has no clock');
      const later = start.now.add({ microseconds: 10 });
      await process(sql, await receive(sql, quick.answer, { askedAt: later, request: WIDER }), quick.parsed);
      await process(sql, await receive(sql, slow.answer, { askedAt: start.now }), slow.parsed);
      const history = await historyOf(sql, 0);
      expect(history.map(([value]) => value)).toEqual(['1', '2']);
      expect(history[0]?.[1]).toBe(start.now.toString());
    }));

  it('is not taken for one when the other was asked for before it', () =>
    withDatabase(async (sql) => {
      const first = answerOf(hourly(0, '1'));
      const second = answerOf(hourly(0, '2'));
      const [start] = await sql<{ now: Temporal.Instant }[]>`select clock_timestamp() as now`;
      if (start === undefined) throw new Error('the server has no clock');
      await process(sql, await receive(sql, first.answer, { askedAt: start.now }), first.parsed);
      const later = start.now.add({ microseconds: 10 });
      await process(sql, await receive(sql, second.answer, { askedAt: later }), second.parsed);
      expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['1', '2']);
    }));
});

describe('an answer that repeats the last one', () => {
  it('is processed beside it without a deadlock, whichever comes first to the series', () =>
    withDatabase(async (sql) => {
      const { answer, parsed } = answerOf(hourly(0, '1'));
      await deliver(sql, first, hourly(5, '1'));
      const original = await receive(sql, answer, { at: second });
      const repeated = await receive(sql, answer, { at: third });
      expect(repeated.bodyId).toBe(original.id);
      await Promise.all([process(sql, repeated, parsed), process(sql, original, parsed)]);
      expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['1']);
    }));

  it('keeps no second body, is not read, and moves the ledger on', () =>
    withDatabase(async (sql) => {
      await deliver(sql, first, hourly(0, '1'));
      const { answer } = answerOf(hourly(0, '1'));
      const payload = await receive(sql, answer, { at: second });
      expect(await createStoredAnswerRepository(sql).storeRepeated(payload)).toBe(true);
      const rows = await sql`
        select body is null as repeated, points_unchanged from raw_payload order by received_at`;
      expect([...rows]).toEqual([
        { repeated: false, points_unchanged: 0 },
        { repeated: true, points_unchanged: 1 },
      ]);
      const [ledger] = await sql<{ last_asked_at: Temporal.Instant }[]>`select last_asked_at from coverage`;
      expect(ledger?.last_asked_at.toString()).toBe(second.toString());
    }));

  it('is read after all when another answer changed something in between', () =>
    withDatabase(async (sql) => {
      await deliver(sql, first, hourly(0, '1'));
      const other = answerOf(hourly(0, '2'));
      await process(sql, await receive(sql, other.answer, { at: second, request: WIDER }), other.parsed);
      const again = answerOf(hourly(0, '1'));
      const payload = await receive(sql, again.answer, { at: third });
      expect(payload.bodyId).not.toBe(payload.id);
      await process(sql, payload, again.parsed);
      expect(await historyOf(sql, 0)).toEqual([
        ['1', first.toString(), second.toString()],
        ['2', second.toString(), third.toString()],
        ['1', third.toString(), null],
      ]);
    }));
});

describe('an answer that repeats the last one, with another in between', () => {
  it('is read where the other was processed first and so had nothing to change', () =>
    withDatabase(async (sql) => {
      // The other one's count of changes was trusted, and the value that came back was lost.
      const repeated = answerOf(hourly(0, '2'));
      const other = answerOf(hourly(0, '1'));
      await deliver(sql, first, hourly(0, '1'));
      const original = await receive(sql, repeated.answer, { at: second });
      const between = await receive(sql, other.answer, { at: third, request: WIDER });
      const again = await receive(sql, repeated.answer, { at: fourth });
      await process(sql, between, other.parsed);
      await process(sql, original, repeated.parsed);
      await process(sql, again, repeated.parsed);
      expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['1', '2', '1', '2']);
    }));

  it('is read where the other made a later value known earlier', () =>
    withDatabase(async (sql) => {
      // A value that was only known earlier than thought counts as unchanged.
      const repeated = answerOf(hourly(0, '1'));
      const other = answerOf(hourly(0, '2'));
      const last = answerOf(hourly(0, '2'), hourly(9, '2'));
      const original = await receive(sql, repeated.answer, { at: first });
      const between = await receive(sql, other.answer, { at: second, request: WIDER });
      const again = await receive(sql, repeated.answer, { at: third });
      await process(sql, await receive(sql, last.answer, { at: fourth, request: WIDER }), last.parsed);
      await process(sql, original, repeated.parsed);
      await process(sql, between, other.parsed);
      await process(sql, again, repeated.parsed);
      expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['1', '2', '1', '2']);
    }));
});

/** All stored state, with the versions of its rows. */
async function everything(sql: Sql): Promise<unknown> {
  const tables = ['series', 'raw_payload', 'observation', 'point', 'point_revision', 'coverage'];
  return Promise.all(
    tables.map(async (table) => [
      ...(await sql`select xmin::text, row_to_json(t)::text as row from ${sql(table)} as t order by 2`),
    ]),
  );
}
