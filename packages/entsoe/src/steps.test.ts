import { describe, expect, it } from 'vitest';
import { createStepBudget } from './step-budget.ts';
import { cutSteps } from './steps.ts';

/** Starts of the steps, then the end of the last one. */
function boundaries(start: string, end: string, resolution: string, timezone = 'Europe/Brussels'): string[] {
  const steps = cutSteps(
    { start, end, resolution, positions: [], spellings: new Map(), values: [] },
    timezone,
    createStepBudget(),
    {},
  );
  const starts =
    steps.kind === 'calendar'
      ? [...steps.startsMs, steps.endMs]
      : Array.from({ length: steps.count + 1 }, (_, step) => steps.startMs + step * steps.stepMs);
  return starts.map((ms) => Temporal.Instant.fromEpochMilliseconds(ms).toString({ smallestUnit: 'minute' }));
}

describe('steps', () => {
  it.each([
    ['23 hours on the day of the spring clock change', '2026-03-28T23:00Z', '2026-03-29T22:00Z', 'PT60M', 23],
    [
      '100 quarter-hours on the day of the autumn clock change',
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
      'PT15M',
      100,
    ],
    ['PT1H as well as PT60M', '2026-01-01T00:00Z', '2026-01-02T00:00Z', 'PT1H', 24],
    ['seconds', '2026-01-01T00:00Z', '2026-01-01T01:00Z', 'PT4S', 900],
  ])('are %s', (_, start, end, resolution, count) => {
    expect(boundaries(start, end, resolution)).toHaveLength(count + 1);
  });

  it('are days of 23 hours in spring', () => {
    expect(boundaries('2024-03-29T23:00Z', '2024-04-01T22:00Z', 'P1D')).toEqual([
      '2024-03-29T23:00Z',
      '2024-03-30T23:00Z',
      '2024-03-31T22:00Z',
      '2024-04-01T22:00Z',
    ]);
  });

  it('are months and quarters, whatever their length', () => {
    expect(boundaries('2023-12-31T23:00Z', '2024-04-30T22:00Z', 'P1M')).toEqual([
      '2023-12-31T23:00Z',
      '2024-01-31T23:00Z',
      '2024-02-29T23:00Z',
      '2024-03-31T22:00Z',
      '2024-04-30T22:00Z',
    ]);
    expect(boundaries('2023-12-31T23:00Z', '2024-06-30T22:00Z', 'P3M')).toEqual([
      '2023-12-31T23:00Z',
      '2024-03-31T22:00Z',
      '2024-06-30T22:00Z',
    ]);
  });

  it.each([
    ['the area', 'Europe/Helsinki', '2024-03-29T22:00Z', '2024-03-31T21:00Z', '2024-03-30T22:00Z'],
    [
      'Central Europe, where only those fit',
      'Asia/Tbilisi',
      '2024-03-29T23:00Z',
      '2024-03-31T22:00Z',
      '2024-03-30T23:00Z',
    ],
    [
      'UTC, where only those fit',
      'Europe/Brussels',
      '2024-03-30T00:00Z',
      '2024-04-01T00:00Z',
      '2024-03-31T00:00Z',
    ],
  ])('are days of %s', (_, timezone, start, end, middle) => {
    expect(boundaries(start, end, 'P1D', timezone)).toEqual([start, middle, end]);
  });

  it.each([
    ['Europe/Brussels', '2024-03-29T23:00Z', '2024-04-01T23:00Z', 3, '2024-04-01T22:00Z'],
    ['Europe/Brussels', '2024-10-25T22:00Z', '2024-10-28T22:00Z', 2, '2024-10-27T23:00Z'],
    ['Europe/Helsinki', '2024-03-30T04:00Z', '2024-04-02T04:00Z', 3, '2024-04-02T03:00Z'],
  ])(
    'are not cut by chance in a zone other than %s in which the Period from %s to %s does not start at midnight',
    (timezone, start, end, count, lastEnd) => {
      const steps = boundaries(start, end, 'P1D', timezone);
      expect(steps).toHaveLength(count + 1);
      expect(steps.at(-1)).toBe(lastEnd);
    },
  );

  it('are one in a Period shorter than its step, which does not reach beyond the Period', () => {
    expect(boundaries('2023-08-01T00:00Z', '2023-08-02T00:00Z', 'P1Y')).toEqual([
      '2023-08-01T00:00Z',
      '2023-08-02T00:00Z',
    ]);
  });

  it.each([
    ['P1M', '2024-01-31T00:00Z', '2024-02-29T00:00Z', 1],
    ['P3M', '2023-11-30T00:00Z', '2024-02-29T00:00Z', 1],
    ['P1M', '2024-01-31T00:00Z', '2024-04-30T00:00Z', 3],
    ['P1Y', '2020-02-29T00:00Z', '2023-02-28T00:00Z', 3],
  ])('of %s from %s end with a shorter month at %s', (resolution, start, end, count) => {
    const steps = boundaries(start, end, resolution, 'UTC');
    expect(steps).toHaveLength(count + 1);
    expect(steps.at(-1)).toBe(end);
  });

  it('leave out a calendar step that the Period ends within', () => {
    const period = {
      start: '2024-01-14T23:00Z',
      end: '2024-01-17T05:00Z',
      resolution: 'P1D',
      positions: [],
      spellings: new Map(),
      values: [],
    };
    expect(cutSteps(period, 'Europe/Brussels', createStepBudget(), {})).toMatchObject({
      count: 2,
      fault: 'ends within a step of P1D; that step is left out',
    });
  });
});
