import { describe, expect, it } from 'vitest';
import { overallStatus } from './collections.ts';

describe('overallStatus', () => {
  it.each([
    [['pending', 'pending'], 'pending'],
    [['pending', 'running'], 'running'],
    [['pending', 'succeeded'], 'running'],
    [['pending', 'failed'], 'running'],
    [['succeeded', 'succeeded'], 'succeeded'],
    [['succeeded', 'failed'], 'failed'],
  ] as const)('of %j is %s', (windows, status) => {
    expect(overallStatus(windows)).toBe(status);
  });
});
