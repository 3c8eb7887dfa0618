import { describe, expect, it, vi } from 'vitest';
import { keptReading } from './kept-reading.ts';

describe('keptReading', () => {
  it('reads once for all who ask within the time, and anew afterwards', async () => {
    let now = 0;
    const read = vi.fn(async () => now);
    const reading = keptReading(1_000, read, () => now);
    expect(await Promise.all([reading(), reading()])).toEqual([0, 0]);
    now = 999;
    expect(await reading()).toBe(0);
    expect(read).toHaveBeenCalledTimes(1);
    now = 1_000;
    expect(await reading()).toBe(1_000);
  });
});
