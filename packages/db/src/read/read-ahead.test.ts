import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readAhead } from './read-ahead.ts';

describe('readAhead', () => {
  it('gives every item once, in order', async () => {
    async function* items() {
      yield 1;
      yield 2;
      yield 3;
    }
    expect(await Array.fromAsync(readAhead(items()))).toEqual([1, 2, 3]);
  });

  it('makes one item more than are in use, and none before the first is asked for', async () => {
    let made = 0;
    async function* items() {
      for (;;) yield ++made;
    }
    const ahead = readAhead(items());
    expect(made).toBe(0);
    expect(await ahead.next()).toEqual({ done: false, value: 1 });
    await setImmediate();
    expect(made).toBe(2);
    expect(await ahead.next()).toEqual({ done: false, value: 2 });
    await setImmediate();
    expect(made).toBe(3);
  });

  it('fails when it is the turn of the item that failed, however long that takes', async () => {
    async function* items() {
      yield 1;
      throw new Error('away');
    }
    const ahead = readAhead(items());
    await ahead.next();
    // Time enough for the process to end, were the failure unhandled.
    await setImmediate();
    await expect(ahead.next()).rejects.toThrow('away');
  });

  it('ends the items when the reader stops, after the one that is under way', async () => {
    const second = Promise.withResolvers<number>();
    const events: string[] = [];
    async function* items() {
      try {
        yield 1;
        yield await second.promise;
        events.push('third');
      } finally {
        events.push('ended');
      }
    }
    const ahead = readAhead(items());
    await ahead.next();
    const stopped = ahead.return(undefined);
    second.reject(new Error('away'));
    await stopped;
    expect(events).toEqual(['ended']);
  });
});
