import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestBudget } from './request-budget.ts';

it('never allows more than a twentieth above the budget in any minute, wherever it begins', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 399 }), (requestsPerMinute) => {
      const { max, duration } = requestBudget(requestsPerMinute);
      // A minute that begins within a span touches one span more than fit into it.
      expect(max * (60_000 / duration + 1)).toBeLessThanOrEqual(requestsPerMinute * 1.05);
    }),
  );
});

it.each([380, 399])(
  'stays below the 400 that the platform allows in any minute with %i',
  (requestsPerMinute) => {
    const { max, duration } = requestBudget(requestsPerMinute);
    expect(max * (60_000 / duration + 1)).toBe(399);
  },
);

it('spends a budget of a few requests one by one', () => {
  expect(requestBudget(1)).toEqual({ max: 1, duration: 60_000 });
  expect(requestBudget(7)).toEqual({ max: 1, duration: 8_572 });
  expect(requestBudget(39)).toEqual({ max: 1, duration: 1_539 });
});
