import { expect, it } from 'vitest';
import { formatBytes, formatDuration, formatRoughDuration } from './figures.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [4_380_000, '4.38 MB'],
  [2_000_000_000_000_000, '2,000 TB'],
])('writes %i bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0.2, '1 s'],
  [89, '89 s'],
  [90, '2 min'],
  [5_400, '1 h 30 min'],
  [172_800, '2 d 0 h'],
])('writes %i seconds as %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

it.each([
  [0.2, '0 s'],
  [89, '89 s'],
  [90, '1 min'],
  [5_399, '89 min'],
  [172_799, '47 h'],
  [172_800, '2 d'],
  [86_400_000, '1,000 d'],
])('writes %i seconds in a narrow column as %s', (seconds, text) => {
  expect(formatRoughDuration(seconds)).toBe(text);
});
