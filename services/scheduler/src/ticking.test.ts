import { createLogger } from '@energy-data-service/runtime';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTicking } from './ticking.ts';

const log = createLogger('test', 'error', { write: () => undefined });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('runs at once, and again after every interval', async () => {
  const tick = vi.fn(async () => undefined);
  const ticking = startTicking(tick, { everyMs: 1_000, log });
  expect(tick).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(tick).toHaveBeenCalledTimes(3);
  await ticking.stop();
});

it('runs once more after the round during which it was woken, and never two at a time', async () => {
  const round = Promise.withResolvers<void>();
  const tick = vi.fn(() => round.promise);
  const ticking = startTicking(tick, { everyMs: 1_000_000, log });
  ticking.wake();
  ticking.wake();
  await vi.advanceTimersByTimeAsync(10);
  expect(tick).toHaveBeenCalledTimes(1);
  round.resolve();
  await vi.advanceTimersByTimeAsync(10);
  expect(tick).toHaveBeenCalledTimes(2);
  await ticking.stop();
});

it('goes on after a round that failed', async () => {
  const tick = vi
    .fn<() => Promise<void>>(async () => undefined)
    .mockRejectedValueOnce(new Error('database away'));
  const ticking = startTicking(tick, { everyMs: 1_000, log });
  await vi.advanceTimersByTimeAsync(1_500);
  expect(tick).toHaveBeenCalledTimes(2);
  await ticking.stop();
});

it('waits for the round that runs when it is stopped', async () => {
  const round = Promise.withResolvers<void>();
  const ticking = startTicking(() => round.promise, { everyMs: 1_000, log });
  let stopped = false;
  const stopping = ticking.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(stopped).toBe(false);
  round.resolve();
  await stopping;
});
