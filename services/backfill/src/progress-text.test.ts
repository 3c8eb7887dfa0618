import type { BackfillProgress } from '@energy-data-service/db';
import { expect, it } from 'vitest';
import { describeProgress } from './progress-text.ts';

const PROGRESS: BackfillProgress = {
  id: '5f0c2e0e-0000-4000-8000-000000000000',
  requestedAt: Temporal.Instant.from('2024-01-01T00:00Z'),
  state: 'running',
  pending: 60,
  enqueued: 60,
  fetched: 5,
  succeeded: 34,
  noData: 3,
  failed: 1,
  points: 340_000,
  recent: { windows: 26, points: 260_000, seconds: 120 },
};

it('shows how far a backfill has come, how fast it goes and when it will end', () => {
  expect(describeProgress(PROGRESS, [])).toBe(
    '[#####-----------] 35 %, 35/100 windows, 1 failed, 5 min left, 5 to process, 13 windows/min, 2,167 points/s',
  );
});

it('promises nothing while nothing was done in the last minutes', () => {
  const standing = { ...PROGRESS, recent: { windows: 0, points: 0, seconds: 120 } };
  expect(describeProgress(standing, [])).toBe(
    '[#####-----------] 35 %, 35/100 windows, 1 failed, 5 to process',
  );
});

it('has room for when it will end on a line of 80 columns', () => {
  const year = { ...PROGRESS, pending: 98_765, enqueued: 1_000, succeeded: 12_345, failed: 123 };
  expect(describeProgress(year, []).slice(0, 79)).toMatch(/ left, /);
});

it('says why nothing moves', () => {
  const banned = { source: 'entsoe', remainingMs: 540_000, reason: 'too many requests' };
  expect(describeProgress({ ...PROGRESS, state: 'paused' }, [])).toMatch(/ failed, paused, 5 to process$/);
  expect(describeProgress(PROGRESS, [banned])).toMatch(
    / failed, entsoe may not be asked for 9 min: too many requests, 5 to process$/,
  );
  const cutOff = { source: 'entsoe', remainingMs: null, reason: 'it is cut off' };
  expect(describeProgress(PROGRESS, [cutOff])).toMatch(
    / failed, entsoe may not be asked until it answers again: it is cut off, 5 to process$/,
  );
  expect(describeProgress({ ...PROGRESS, enqueued: 0 }, [])).toMatch(/, waits to be put into the queue/);
});

it('is complete without a window, and when the last has ended', () => {
  const none = { ...PROGRESS, pending: 0, enqueued: 0, fetched: 0, succeeded: 0, failed: 0 };
  expect(describeProgress(none, [])).toMatch(/100 %, 0\/0 windows/);
  const last = { ...none, succeeded: 1 };
  expect(describeProgress(last, [])).toMatch(/100 %, 1\/1 window,.* ended$/);
  // Held while the last was under way: there is nothing that could go on.
  expect(describeProgress({ ...last, state: 'paused' }, [])).toMatch(/ ended$/);
});
