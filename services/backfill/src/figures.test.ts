import { expect, it } from 'vitest';
import { formatBytes, formatDuration } from './figures.ts';

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
