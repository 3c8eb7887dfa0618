import { describe, expect, it } from 'vitest';
import { atLeast, atMost, toResult } from './result.ts';

describe('toResult', () => {
  it.each([
    { value: 8, target: atLeast(4), holds: true },
    { value: 7.9, target: atLeast(4), holds: false },
    { value: 3, target: atMost(1.5), holds: true },
    { value: 3.1, target: atMost(1.5), holds: false },
  ])('holds $value against a reference of 2 and $target.wanted: $holds', ({ value, target, holds }) => {
    const result = toResult({ name: 'case', unit: 'ms', value, reference: 2, target });
    expect(result).toEqual({
      name: 'case',
      unit: 'ms',
      value,
      reference: 2,
      ratio: value / 2,
      wanted: target.wanted,
      holds,
    });
  });

  it('writes the target as text', () => {
    expect([atLeast(0.6).wanted, atMost(1.5).wanted]).toEqual(['>= 0.6', '<= 1.5']);
  });
});
