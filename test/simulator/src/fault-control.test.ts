import { describe, expect, it } from 'vitest';
import { createFaultState } from './fault-control.ts';
import { CZ, DE_LU, parametersFor } from './reading.fixture.ts';

const request = parametersFor('actual-total-load', CZ, '2024-03-01T00:00Z', '2024-03-02T00:00Z');

/** Which of the next requests fail. */
function failures(state: ReturnType<typeof createFaultState>, count: number): boolean[] {
  return Array.from({ length: count }, () => state.take(request) !== undefined);
}

describe('a rule', () => {
  it('acts until it is taken back', () => {
    const state = createFaultState(1);
    state.inject({ fault: 'maintenance' });
    expect(failures(state, 3)).toEqual([true, true, true]);
    state.clear();
    expect(failures(state, 1)).toEqual([false]);
  });

  it('with a count acts on so many requests and is gone', () => {
    const state = createFaultState(1);
    state.inject({ fault: 'reset', times: 2 });
    expect(failures(state, 1)).toEqual([true]);
    expect(state.current().rules).toMatchObject([{ fault: 'reset', times: 1 }]);
    expect(failures(state, 2)).toEqual([true, false]);
    expect(state.current().rules).toEqual([]);
  });

  it('with a probability acts on about that share of requests, on the same ones for the same seed', () => {
    const [first, second, other] = [1, 1, 2].map((seed) => {
      const state = createFaultState(seed);
      state.inject({ fault: 'slow', probability: 0.3 });
      return failures(state, 1_000);
    });
    const share = (first?.filter(Boolean).length ?? 0) / 1_000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('acts on the item and the area that it names, and on no other', () => {
    const state = createFaultState(1);
    state.inject({ fault: 'html', item: 'actual-total-load', area: CZ });
    const take = (item: 'actual-total-load' | 'year-ahead-forecast-margin', area: string) =>
      state.take(parametersFor(item, area, '2024-03-01T00:00Z', '2024-03-02T00:00Z'))?.fault;
    expect(take('actual-total-load', CZ)).toBe('html');
    expect(take('actual-total-load', DE_LU)).toBeUndefined();
    expect(take('year-ahead-forecast-margin', CZ)).toBeUndefined();
  });

  it('gives way to one that was added earlier', () => {
    const state = createFaultState(1);
    state.inject({ fault: 'reset', times: 1 });
    state.inject({ fault: 'maintenance' });
    expect([state.take(request)?.fault, state.take(request)?.fault]).toEqual(['reset', 'maintenance']);
  });

  it('is refused when it cannot be meant', () => {
    const state = createFaultState(1);
    expect(() => state.inject({ fault: 'slow', probability: 2 })).toThrow();
    expect(() => state.limitPeriod('actual-total-load', 'a month')).toThrow();
  });
});

it('allows a year for every item until a shorter period is set', () => {
  const state = createFaultState(1);
  state.limitPeriod('actual-total-load', 'P1M');
  expect(state.maxPeriod('actual-total-load')).toBe('P1M');
  expect(state.maxPeriod('day-ahead-total-load-forecast')).toBe('P1Y');
});

it('shows a copy of what is set, which changes nothing', () => {
  const state = createFaultState(1);
  state.inject({ fault: 'maintenance' });
  state.current().rules.pop();
  expect(state.current().rules).toHaveLength(1);
});
