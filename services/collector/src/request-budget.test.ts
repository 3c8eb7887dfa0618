import { getSource, SOURCES } from '@energy-data-service/sources';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestBudget } from './request-budget.ts';

/** The most that a minute can see: a span that began before it, and all that begin within it. */
function mostInAMinute({ max, duration }: { max: number; duration: number }): number {
  return max * (1 + Math.ceil(60_000 / duration));
}

it('never allows more than two spans above the budget in any minute, wherever it begins', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 399 }), (requestsPerMinute) => {
      const budget = requestBudget(requestsPerMinute);
      expect(mostInAMinute(budget)).toBeLessThanOrEqual(requestsPerMinute + 2 * budget.max);
    }),
  );
});

it('stays below the 400 that the platform allows in any minute, with every budget that its settings accept', () => {
  const { budget } = getSource(SOURCES, 'entsoe');
  const accepted = Array.from({ length: 400 }, (_, i) => i + 1).filter(
    (requestsPerMinute) =>
      budget.safeParse({ ENTSOE_REQUESTS_PER_MINUTE: String(requestsPerMinute) }).success,
  );
  expect(accepted).toHaveLength(390);
  for (const requestsPerMinute of accepted) {
    expect(mostInAMinute(requestBudget(requestsPerMinute))).toBeLessThan(400);
  }
  expect(mostInAMinute(requestBudget(accepted.length + 1))).toBeGreaterThanOrEqual(400);
});

it('spends nearly all of the budget, and lets nobody wait much longer than a second for the next span', () => {
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 399 }), (requestsPerMinute) => {
      const { max, duration } = requestBudget(requestsPerMinute);
      expect((max / duration) * 60_000).toBeGreaterThan(requestsPerMinute * 0.995);
      expect(duration).toBeLessThanOrEqual(1_050);
    }),
  );
});

it('spends a budget of a few requests one by one', () => {
  expect(requestBudget(1)).toEqual({ max: 1, duration: 60_000 });
  expect(requestBudget(7)).toEqual({ max: 1, duration: 8_572 });
  expect(requestBudget(39)).toEqual({ max: 1, duration: 1_539 });
});
