import { describe, expect, it, vi } from 'vitest';
import { createMemoryShare, readableBytes } from './memory-share.ts';

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

describe('readable bytes', () => {
  it.each([0, 1, 65_536, 200_000])('arrive whole, %i of them, and are freed once', async (length) => {
    const free = vi.fn();
    const bytes = Uint8Array.from({ length }, (_, i) => i);
    const response = new Response(readableBytes(bytes, free));
    expect(free).not.toHaveBeenCalled();
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    expect(free).toHaveBeenCalledTimes(1);
  });

  it('are freed when the reader goes away', async () => {
    const free = vi.fn();
    const reader = readableBytes(new Uint8Array(200_000), free).getReader();
    expect((await reader.read()).value).toHaveLength(65_536);
    expect(free).not.toHaveBeenCalled();
    await reader.cancel();
    expect(free).toHaveBeenCalledTimes(1);
  });
});
