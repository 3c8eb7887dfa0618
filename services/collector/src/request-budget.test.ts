import { getSource, SOURCES } from '@energy-data-service/sources';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestBudget, requestSlots } from './request-budget.ts';

it('never allows more than two and a half spans above the budget in any minute, and always the budget', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (requestsPerMinute) => {
      const { slots, spare } = requestSlots(requestsPerMinute);
      expect(slots - spare).toBeGreaterThanOrEqual(requestsPerMinute);
      expect(slots).toBeLessThanOrEqual(requestsPerMinute + 2.5 * requestBudget(requestsPerMinute).max);
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
  for (const requestsPerMinute of accepted) expect(requestSlots(requestsPerMinute).slots).toBeLessThan(400);
  expect(requestSlots(accepted.length + 1).slots).toBeGreaterThanOrEqual(400);
});

it('leaves a backfill nine tenths of the budget while answers take six seconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (requestsPerMinute) => {
      // A slot is taken for the time of the answer and a minute.
      const { slots, spare } = requestSlots(requestsPerMinute);
      expect(((slots - spare) / 66) * 60).toBeGreaterThan(requestsPerMinute * 0.9);
    }),
  );
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
