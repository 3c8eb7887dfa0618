import { expect, it } from 'vitest';
import { atLeast, toResult } from './result.ts';
import { resultTable } from './result-table.ts';

it('aligns columns, and shows a target that was missed', () => {
  const results = [
    toResult({ name: 'parse', unit: 'points/s', value: 1_234_567, reference: 100_000, target: atLeast(8) }),
    toResult({ name: 'latest', unit: 'requests/s', value: 20, reference: 100, target: atLeast(0.3) }),
  ];
  expect(resultTable(results)).toBe(
    [
      'name    value      reference  unit        ratio  wanted  holds',
      'parse   1,230,000  100,000    points/s    12.3   >= 8    yes',
      'latest  20         100        requests/s  0.2    >= 0.3  NO',
      '',
    ].join('\n'),
  );
});
