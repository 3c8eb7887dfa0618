import { describe, expect, it } from 'vitest';
import { createMemoryShare } from './memory-share.ts';

describe('what answers hold together', () => {
  it('is bounded, but for one that is alone', () => {
    const share = createMemoryShare(100);
    expect(share.take(150)).toBe(true);
    expect(share.take(1)).toBe(false);
    share.free(150);
    expect([share.take(60), share.take(40), share.take(1)]).toEqual([true, true, false]);
    share.free(40);
    expect(share.take(40)).toBe(true);
  });
});
