import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('doubles up to five minutes, and spreads over the upper half', () => {
  const shortest = () => 0;
  const longest = () => 1;
  expect([1, 2, 3].map((attempt) => backoffMs(attempt, shortest))).toEqual([2_000, 4_000, 8_000]);
  expect([1, 2, 3].map((attempt) => backoffMs(attempt, longest))).toEqual([4_000, 8_000, 16_000]);
  expect([7, 8, 50, 5_000].map((attempt) => backoffMs(attempt, longest))).toEqual([
    256_000, 300_000, 300_000, 300_000,
  ]);
});
