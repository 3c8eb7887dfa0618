import {
  type CollectRequest,
  type ParsedAnswer,
  PermanentError,
  PostponedError,
} from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createCollectionWindowRepository } from './collection-window.ts';
import { connect, type Sql } from './connect.ts';
import { createCoverageRepository } from './coverage.ts';
import { createRebuildRepository } from './rebuild.ts';
import { answerOf, historyOf, hourly, presentValues, process, REQUEST, receive } from './testing/answers.ts';
import { expectModel } from './testing/compare-with-model.ts';
import { isAnyoneWaiting } from './testing/conversion.ts';
import { planOf } from './testing/deliveries.ts';
import { PROPERTY_RUNS, PROPERTY_TIMEOUT_MS } from './testing/property-runs.ts';
import { DECODERS, decode, rebuildAll } from './testing/rebuilding.ts';
import { createReceiver, forgetAnswers } from './testing/received-answers.ts';
import { workUntilCut } from './testing/severed-connection.ts';
import { readState } from './testing/stored-state.ts';
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

const item = { source: REQUEST.source, dataset: REQUEST.dataset, area: REQUEST.area, counterArea: null };
const receivedAt = (minute: number) => Temporal.Instant.from('2024-01-02T00:00:00Z').add({ minutes: minute });

/** Stores answers in the order of receipt as a decoder has it that reads 1 as 7. */
async function storeFaultily(...values: string[]): Promise<void> {
  const [, faulty = (parsed) => parsed] = DECODERS;
  for (const [minute, value] of values.entries()) {
    const { answer, parsed } = answerOf(hourly(0, value));
    await process(sql, await receive(sql, answer, { at: receivedAt(minute) }), faulty(parsed));
  }
}

describe('rebuilding what is stored of a dataset and area', { timeout: PROPERTY_TIMEOUT_MS }, () => {
  it('gives what decoding rightly from the beginning gives, whatever was made of the answers before', async () => {
    await fc.assert(
      fc.asyncProperty(planOf(fc.constant(null)), fc.constantFrom(...DECODERS), async (plan, decoder) => {
        await forgetAnswers(sql);
        const receiver = createReceiver(sql, plan.deliveries);
        await receiver.receiveAll();
        await writers.run(plan, async (writer, { delivery }) => {
          const { payload, model } = await receiver.receive(delivery);
          await process(writer, payload, decoder(model.parsed));
        });
        await rebuildAll(sql);
        await expectModel(sql, await receiver.received());
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it('does so while processors store other answers of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        planOf(fc.constant(null)),
        fc.nat(8),
        fc.constantFrom(...DECODERS),
        async (plan, before, decoder) => {
          await forgetAnswers(sql);
          const receiver = createReceiver(sql, plan.deliveries);
          await receiver.receiveAll();
          const store = async (writer: Sql, delivery: number, decoder = (parsed: ParsedAnswer) => parsed) => {
            const { payload, model } = await receiver.receive(delivery);
            await process(writer, payload, decoder(model.parsed));
          };
          for (const { delivery } of plan.order.slice(0, before)) await store(sql, delivery, decoder);
          const rebuilding = rebuildAll(sql);
          const attempts = writers.run(
            { ...plan, order: plan.order.slice(before) },
            async (writer, { delivery }) => {
              await store(writer, delivery).catch(async (error: Error) => {
                // Until it is rebuilt, one body may have been decoded wrongly for one answer and rightly for an equal one.
                const isMixed = error.message.includes('its history does not know it');
                if (!isMixed && !(error instanceof PostponedError)) throw error;
                await rebuilding;
                await store(writer, delivery);
              });
            },
          );
          await Promise.all([rebuilding, attempts]);
          await expectModel(sql, await receiver.received());
        },
      ),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it('is done whole or not at all, wherever it breaks off', async () => {
    await storeFaultily('1', '2', '1');
    const { state: before } = await readState(sql);
    let statements = 0;
    for (;;) {
      statements++;
      const work = (cut: Sql) => createRebuildRepository(cut).rebuild(item, decode);
      expect(await workUntilCut(database.url, statements, work)).toBe(true);
      const { state } = await readState(sql);
      if (state.known.some(({ value }) => value === '1')) break;
      expect(state).toEqual(before);
    }
    // The last cut lost only the answer to the commit.
    expect(statements).toBeGreaterThan(20);
    expect(await presentValues(sql)).toEqual({ 0: '1' });
  });

  it('says what it made other, and on trial leaves everything as it is', async () => {
    await storeFaultily('7', '1', '3', '1');
    expect(await historyOf(sql, 0)).toHaveLength(3);
    const repository = createRebuildRepository(sql);
    expect(await repository.findItems(['actual-total-load'], undefined)).toEqual([{ ...item, answers: 4 }]);
    const { state: before } = await readState(sql);
    const expected = {
      answers: 4,
      added: 0,
      removed: 0,
      changed: 1,
      unchanged: 0,
      revisionsBefore: 2,
      revisionsAfter: 3,
    };
    expect(await repository.rebuild(item, decode, { isTrial: true })).toEqual(expected);
    expect((await readState(sql)).state).toEqual(before);
    expect(await repository.rebuild(item, decode)).toEqual(expected);
    expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(['7', '1', '3', '1']);
  });

  it('leaves everything as it is if an answer cannot be decoded any more, and names it', async () => {
    await storeFaultily('1', '2');
    const { state: before } = await readState(sql);
    const refuse = (request: CollectRequest, body: Uint8Array) => {
      const parsed = decode(request, body);
      if (parsed.observations[0]?.block.values[0] === '2')
        throw new PermanentError('a Point without position');
      return parsed;
    };
    const attempt = createRebuildRepository(sql).rebuild(item, refuse);
    await expect(attempt).rejects.toThrow(PermanentError);
    await expect(attempt).rejects.toThrow(/raw payload 2 cannot be decoded any more.*without position/);
    expect((await readState(sql)).state).toEqual(before);
  });

  it('ends before the next answer when it is told to, with everything as it was', async () => {
    await storeFaultily('1', '2', '1');
    const { state: before } = await readState(sql);
    const stopping = new AbortController();
    const read: number[] = [];
    const attempt = createRebuildRepository(sql).rebuild(item, decode, {
      signal: stopping.signal,
      onAnswer: (count) => {
        read.push(count);
        if (count === 2) stopping.abort();
      },
    });
    await expect(attempt).rejects.toThrow();
    expect(read).toEqual([1, 2]);
    expect((await readState(sql)).state).toEqual(before);
  });

  it('puts off only answers to the same dataset and area, and does not keep the scheduler waiting', async () => {
    await storeFaultily('1', '2');
    const other = { ...item, area: '10YFR-RTE------C' };
    const ofOther = answerOf({ ...hourly(3, '5'), key: { ...hourly(3).key, area: other.area } });
    const waiting = await receive(sql, answerOf(hourly(1, '9')).answer, { at: receivedAt(5) });
    const others = await receive(sql, ofOther.answer, { request: { ...REQUEST, area: other.area } });
    const { source, dataset, area } = item;
    let done = 0;
    await createRebuildRepository(sql).rebuild(item, decode, {
      async onAnswer(read) {
        if (read !== 1) return;
        const attempt = process(sql, waiting, answerOf(hourly(1, '9')).parsed);
        await expect(attempt).rejects.toThrow(PostponedError);
        expect(await process(sql, others, ofOther.parsed)).toMatchObject({ new: 1 });
        await createCoverageRepository(sql).want([{ source, dataset, area, window: REQUEST.window }]);
        done++;
      },
    });
    expect(done).toBe(1);
    await process(sql, waiting, answerOf(hourly(1, '9')).parsed);
    expect(await presentValues(sql)).toEqual({ 0: '2', 1: '9', 3: '5' });
  });

  it('waits in no circle with a processor that begins chunks of another area', async () => {
    const other = { ...REQUEST, area: '10YFR-RTE------C' };
    const ofOther = (startHour: number, value: string) =>
      answerOf({ ...hourly(startHour, value), key: { ...hourly(0).key, area: other.area } });
    const FAR_HOURS = 24 * 100;
    // Decoded rightly, the third brings the first revision, and the last an instant far away: chunks of both tables.
    await storeFaultily('7', '7', '1');
    const far = answerOf(hourly(FAR_HOURS, '1'));
    await process(sql, await receive(sql, far.answer, { at: receivedAt(9) }), {
      ...far.parsed,
      observations: [],
    });
    const first = ofOther(0, '1');
    await process(sql, await receive(sql, first.answer, { request: other, at: receivedAt(1) }), first.parsed);
    const corrected = ofOther(0, '2');
    const farther = ofOther(2 * FAR_HOURS, '3');
    const second = answerOf(...corrected.parsed.observations, ...farther.parsed.observations);
    const payload = await receive(sql, second.answer, { request: other, at: receivedAt(2) });
    const beside: Promise<unknown>[] = [];
    await createRebuildRepository(sql).rebuild(item, decode, {
      async onAnswer(read) {
        if (read !== 3) return;
        let isDone = false;
        beside.push(process(sql, payload, second.parsed).finally(() => (isDone = true)));
        while (!isDone && !(await isAnyoneWaiting(sql)));
      },
    });
    expect(await Promise.all(beside)).toMatchObject([{ new: 1, revised: 1 }]);
    expect(await presentValues(sql)).toEqual({ 0: '2', [FAR_HOURS]: '1', [2 * FAR_HOURS]: '3' });
    expect((await historyOf(sql, 0)).map(([value]) => value)).toEqual(
      expect.arrayContaining(['7', '1', '2']),
    );
  });

  it('keeps the ids of series, and tells windows what they hold now', async () => {
    const windows = createCollectionWindowRepository(sql);
    await windows.createCollection('test', REQUEST, [REQUEST.window], 'live');
    const { answer, parsed } = answerOf(hourly(0, '1', '2'));
    const payload = await receive(sql, answer);
    // A second series that the right decoder does not know.
    const wrong = { ...hourly(0, '5'), key: { ...hourly(0).key, unit: 'KWH' } };
    await process(sql, payload, { ...parsed, observations: [wrong, ...parsed.observations.slice(0, 1)] });
    const [right] = await sql`select id from series where unit = 'MAW'`;
    await createRebuildRepository(sql).rebuild(item, decode);
    expect([...(await sql`select id, point_count as count from series`)]).toEqual([
      { id: right?.id, count: 2 },
    ]);
    const [window] = await sql`select status, outcome, points from collection_window`;
    expect(window).toEqual({ status: 'succeeded', outcome: 'stored', points: 2 });
  });

  it('leaves answers alone that wait or have failed, and other areas', async () => {
    await storeFaultily('1');
    const other = { ...REQUEST, area: '10YFR-RTE------C' };
    await receive(sql, answerOf(hourly(0, '5')).answer, { request: other });
    const waiting = await receive(sql, answerOf(hourly(1, '9')).answer, { at: receivedAt(5) });
    await createRebuildRepository(sql).rebuild(item, decode);
    expect(await presentValues(sql)).toEqual({ 0: '1' });
    const [row] = await sql`select processed_at from raw_payload where id = ${waiting.id}`;
    expect(row).toEqual({ processed_at: null });
    await process(sql, waiting, answerOf(hourly(1, '9')).parsed);
    expect(await presentValues(sql)).toEqual({ 0: '1', 1: '9' });
  });
});
