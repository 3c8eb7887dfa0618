import { type Block, seriesKeyText } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { answerOf, DAY_START, hourly, REQUEST } from './answers.ts';
import { coverageOf, historiesOf, knownAt, type ModelAnswer } from './model.ts';

const SERIES = seriesKeyText(hourly(0).key);
const HOUR_0 = DAY_START.epochMilliseconds;
const HOUR_1 = HOUR_0 + 3_600_000;

/** An answer that was received as many microseconds after the epoch as its id says. */
function answer(id: number, ...observations: ReturnType<typeof hourly>[]): ModelAnswer {
  return { rawPayloadId: id, receivedAtUs: id, request: REQUEST, parsed: answerOf(...observations).parsed };
}

function historyOf(startsAtMs: number, ...answers: ModelAnswer[]) {
  return historiesOf(answers).get(SERIES)?.get(startsAtMs) ?? [];
}

describe('the model', () => {
  it('keeps what was replaced, until when it was known, and what came back', () => {
    const history = historyOf(
      HOUR_0,
      answer(1, hourly(0, '1')),
      answer(2, hourly(0, '2')),
      answer(3, hourly(0, '1')),
    );
    expect(history).toEqual([
      { value: '1', knownAtUs: 1, knownUntilUs: 2, rawPayloadId: 1 },
      { value: '2', knownAtUs: 2, knownUntilUs: 3, rawPayloadId: 2 },
      { value: '1', knownAtUs: 3, knownUntilUs: null, rawPayloadId: 3 },
    ]);
  });

  it('takes the same number for no change, and null for a value that is not 0', () => {
    const history = historyOf(
      HOUR_0,
      answer(1, hourly(0, '0')),
      answer(2, hourly(0, '0.0')),
      answer(3, hourly(0, null)),
    );
    expect(history.map(({ value, knownAtUs }) => [value, knownAtUs])).toEqual([
      ['0', 1],
      [null, 3],
    ]);
  });

  it('goes by when answers were received, whatever their order here', () => {
    const history = historyOf(HOUR_0, answer(2, hourly(0, '2')), answer(1, hourly(0, '1')));
    expect(history.map(({ value }) => value)).toEqual(['1', '2']);
  });

  it('knows a value from the instant of its receipt, inclusive, until that of the next, exclusive', () => {
    const history = historyOf(HOUR_0, answer(10, hourly(0, '1')), answer(20, hourly(0, '2')));
    expect([9, 10, 19, 20].map((asOfUs) => knownAt(history, asOfUs)?.value)).toEqual([
      undefined,
      '1',
      '1',
      '2',
    ]);
  });

  it('lets the last word of an answer take the place of all steps that start within it', () => {
    const twice = answer(1, hourly(0, '1', '2'), hourly(0.5, '3'));
    expect(historyOf(HOUR_0, twice)).toHaveLength(1);
    expect(historyOf(HOUR_1, twice)).toHaveLength(0);
  });

  it('takes calendar steps at their own starts', () => {
    const block: Block = {
      kind: 'calendar',
      startsMs: [HOUR_0],
      endMs: HOUR_0 + 23 * 3_600_000,
      values: ['1'],
    };
    expect(historyOf(HOUR_0, answer(1, { ...hourly(0), block }))).toHaveLength(1);
  });

  it('does not call a time unpublished that was ever answered with data', () => {
    const half = { ...REQUEST, window: { ...REQUEST.window, to: DAY_START.add({ hours: 12 }) } };
    const receivedAtUs = (id: number) =>
      Number(DAY_START.add({ hours: 24 * 40 }).epochNanoseconds / 1000n) + id;
    const coverage = coverageOf(
      [answer(1), { ...answer(2, hourly(0, '1')), request: half }, answer(3)].map((one) => ({
        ...one,
        receivedAtUs: receivedAtUs(one.rawPayloadId),
      })),
    );
    const { collected, notPublished, lastOutcome } = coverage.get(REQUEST.area) ?? expect.fail('no coverage');
    expect([collected.size, notPublished.size, lastOutcome]).toEqual([48, 48, 'no-data']);
  });

  it('settles of the last 30 days only what there are values for, of each kind of series', () => {
    const days = (count: number) => DAY_START.add({ hours: count * 24 });
    const receivedAtUs = Number(days(31).add({ hours: 5 }).epochNanoseconds / 1000n);
    const request = { ...REQUEST, window: { from: days(0), to: days(2) } };
    const quarterly = hourly(30, '3');
    const settled = (...observations: ReturnType<typeof hourly>[]) => {
      const coverage = coverageOf([{ ...answer(1, ...observations), receivedAtUs, request }]);
      const { collected, notPublished } = coverage.get(REQUEST.area) ?? expect.fail('no coverage');
      return [collected.size, notPublished.size];
    };
    const day = 24 * 4;
    expect(settled()).toEqual([0, day]);
    expect(settled(hourly(24, '1', '2'))).toEqual([day + 8, 0]);
    expect(
      settled(hourly(24, '1'), { ...quarterly, key: { ...quarterly.key, resolution: 'PT15M' } }),
    ).toEqual([day + 8, 0]);
    const other = (startHour: number, ...values: string[]) => {
      const observation = hourly(startHour, ...values);
      return { ...observation, key: { ...observation.key, businessType: 'A60' } };
    };
    expect(settled(hourly(24, '1', '2'), other(25, '1', '2'))).toEqual([day + 4, 0]);
  });
});
