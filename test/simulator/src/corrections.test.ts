import { areaTimezone } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { Correction } from './corrections.ts';
import { generatedAnswers } from './generated-answers.ts';
import type { LoadItemId } from './load-items.ts';
import { ask, CZ, conditionsAt, DE_LU, readDocument, readValues } from './reading.fixture.ts';

const NOW = '2026-05-07T13:17:27Z';
const DAY = ['2024-03-01T00:00Z', '2024-03-02T00:00Z'] as const;

/** Values of a day by start (or of its week, by business type and start), under these corrections. */
function valuesUnder(corrections: readonly unknown[], item: LoadItemId = 'actual-total-load', area = CZ) {
  const parsed = corrections.map((correction) => Correction.parse(correction));
  const answer = ask(generatedAnswers({ flaws: false }), [item, area, ...DAY], conditionsAt(NOW, parsed));
  return readValues(readDocument(answer.body), areaTimezone(area));
}

/** Steps whose values the corrections change, and the new values. */
function changesUnder(corrections: readonly unknown[], item?: LoadItemId, area?: string) {
  const before = valuesUnder([], item, area);
  return [...valuesUnder(corrections, item, area)].filter(([step, value]) => value !== before.get(step));
}

const at = (hour: string) => `2024-03-01T${hour}:00Z`;

describe('a correction', () => {
  it('adds to every value that starts within [from, to), and to no other', () => {
    const changes = changesUnder([{ from: at('06:00'), to: at('08:00'), changeByMw: -0.25 }]);
    expect(changes.map(([step]) => step)).toEqual(['A04 2024-03-01T06:00:00Z', 'A04 2024-03-01T07:00:00Z']);
    const before = valuesUnder([]);
    for (const [step, value] of changes) {
      expect(Number(value)).toBeCloseTo(Number(before.get(step)) - 0.25, 6);
    }
  });

  it('puts values in place of the published ones, step by step, digits kept', () => {
    const changes = changesUnder([{ from: at('05:30'), to: at('09:00'), values: ['7000.125', null] }]);
    expect(changes).toEqual([
      ['A04 2024-03-01T06:00:00Z', '7000.125'],
      ['A04 2024-03-01T07:00:00Z', null],
    ]);
  });

  it('can withdraw what was published', () => {
    const remaining = valuesUnder([{ from: at('06:00'), to: at('08:00'), withdraw: true }]);
    expect(remaining.size).toBe(22);
    expect(remaining.has('A04 2024-03-01T06:00:00Z')).toBe(false);
  });

  it('concerns its item and its area alone', () => {
    const correction = {
      item: 'actual-total-load',
      area: CZ,
      from: at('06:00'),
      to: at('08:00'),
      changeByMw: 5,
    };
    expect(changesUnder([correction])).toHaveLength(2);
    expect(changesUnder([correction], 'day-ahead-total-load-forecast')).toEqual([]);
    expect(changesUnder([correction], 'actual-total-load', DE_LU)).toEqual([]);
  });

  it('acts on what the ones before it left', () => {
    const first = { from: at('06:00'), to: at('07:00'), values: ['100'] };
    const second = { from: at('06:00'), to: at('07:00'), changeByMw: 1.5 };
    expect(changesUnder([first, second])).toEqual([['A04 2024-03-01T06:00:00Z', '101.5']]);
    expect(changesUnder([second, first])).toEqual([['A04 2024-03-01T06:00:00Z', '100']]);
  });

  it('changes both series of a forecast of minimum and maximum', () => {
    const changes = changesUnder(
      [{ from: '2024-02-28T23:00:00Z', to: '2024-03-01T23:00:00Z', values: ['1', '2'] }],
      'week-ahead-total-load-forecast',
    );
    expect(changes).toEqual([
      ['A60 2024-02-29T23:00:00Z', '2'],
      ['A61 2024-02-29T23:00:00Z', '2'],
    ]);
  });
});

it.each([
  ['none of the three changes', {}],
  ['two of them', { changeByMw: 1, withdraw: true }],
  ['a value that is no number', { values: ['1e3'] }],
])('a correction with %s is not accepted', (_fault, change) => {
  expect(Correction.safeParse({ from: at('06:00'), to: at('08:00'), ...change }).success).toBe(false);
});
