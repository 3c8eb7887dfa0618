import type { BackfillProgress } from '@energy-data-service/db';
import { expect, it } from 'vitest';
import { describeProgress } from './progress-text.ts';

const PROGRESS: BackfillProgress = {
  id: '5f0c2e0e-0000-4000-8000-000000000000',
  requestedAt: Temporal.Instant.from('2024-01-01T00:00Z'),
  state: 'running',
  pending: 60,
  enqueued: 60,
  retried: 0,
  retriedError: null,
  fetched: 5,
  succeeded: 34,
  noData: 3,
  failed: 1,
  points: 340_000,
  ageSeconds: 3_600,
  recent: { windows: 26, points: 260_000, seconds: 120 },
};

it('shows how far a backfill has come, how fast it goes and when it will end', () => {
  expect(describeProgress(PROGRESS, [])).toBe(
    '[#####-----------] 35 %, 35/100 windows, 1 failed, 5 min left, 5 to process, 13 windows/min, 2,083 points/s',
  );
});

it('promises nothing while nothing was done in the last minutes', () => {
  const standing = { ...PROGRESS, recent: { windows: 0, points: 0, seconds: 0 } };
  expect(describeProgress(standing, [])).toBe(
    '[#####-----------] 35 %, 35/100 windows, 1 failed, 5 to process',
  );
});

it('promises nothing after too few windows, or too short a time', () => {
  const recent = { windows: 3, points: 300, seconds: 10 };
  expect(describeProgress({ ...PROGRESS, recent }, [])).toMatch(/ left, /);
  for (const less of [{ windows: 2 }, { seconds: 9.9 }]) {
    expect(describeProgress({ ...PROGRESS, recent: { ...recent, ...less } }, [])).not.toMatch(/left|min/);
  }
});

it.each([
  { pace: 'evenly', ends: Array.from({ length: 11 }, (_, i) => 2 * i), left: '40 s' },
  { pace: 'three at a time', ends: [0, 0, 0, 6, 6, 6, 12, 12, 12, 18, 18, 18], left: '33 s' },
])('measures the pace of windows that end $pace by the gaps between them', ({ ends, left }) => {
  const recent = { windows: ends.length, points: 0, seconds: ends.at(-1) ?? 0 };
  expect(describeProgress({ ...PROGRESS, pending: 20, fetched: 0, recent }, [])).toContain(` ${left} left,`);
});

it('promises an end that is further away with every second in which nothing ends', () => {
  const secondsLeft = [20, 40, 80].map((seconds) => {
    const line = describeProgress(
      { ...PROGRESS, pending: 8, fetched: 0, recent: { windows: 11, points: 0, seconds } },
      [],
    );
    return Number(/(\d+) s left/.exec(line)?.[1]);
  });
  expect(secondsLeft).toEqual([16, 32, 64]);
});

it('tells what was tried in vain and why, beside when the rest will be done', () => {
  const retried = { ...PROGRESS, retried: 3, retriedError: 'source is out of order {"status":500}' };
  expect(describeProgress(retried, [])).toMatch(
    / 5 min left, 3 tried in vain: source is out of order, 5 to process, 13 windows\/min, /,
  );
  expect(describeProgress({ ...retried, state: 'paused' }, [])).toMatch(
    / paused, 3 tried in vain: source is out of order, 5 to process$/,
  );
});

it('promises no end once all that waits has been tried in vain', () => {
  const stuck = { ...PROGRESS, retried: 60, retriedError: 'source is out of order' };
  expect(describeProgress(stuck, [])).toMatch(
    / 1 failed, 60 tried in vain: source is out of order, 5 to process$/,
  );
  // What is left was answered, and only has to be processed.
  expect(describeProgress({ ...PROGRESS, pending: 0 }, [])).toMatch(/ 24 s left, 5 to process, /);
});

it('has room for when it will end on a line of 80 columns', () => {
  const year = { ...PROGRESS, pending: 98_765, enqueued: 1_000, succeeded: 12_345, failed: 123 };
  expect(describeProgress(year, []).slice(0, 79)).toMatch(/ left, /);
});

it('says why nothing moves', () => {
  const banned = { source: 'entsoe', remainingMs: 540_000, reason: 'too many requests {"status":429}' };
  expect(describeProgress({ ...PROGRESS, state: 'paused' }, [])).toMatch(/ failed, paused, 5 to process$/);
  expect(describeProgress(PROGRESS, [banned])).toMatch(
    / failed, entsoe may not be asked for 9 min: too many requests, 5 to process$/,
  );
  const cutOff = { source: 'entsoe', remainingMs: null, reason: 'it is cut off' };
  expect(describeProgress(PROGRESS, [cutOff])).toMatch(
    / failed, entsoe may not be asked until it answers again: it is cut off, 5 to process$/,
  );
  expect(describeProgress({ ...PROGRESS, enqueued: 0 }, [])).toMatch(/, waits to be put into the queue/);
  expect(describeProgress({ ...PROGRESS, enqueued: 0, ageSeconds: 10 }, [])).not.toMatch(/waits/);
});

it('does not speak of a silent source once nothing has to be asked for any more', () => {
  const banned = { source: 'entsoe', remainingMs: 540_000, reason: 'too many requests' };
  expect(describeProgress({ ...PROGRESS, pending: 0, enqueued: 0 }, [banned])).not.toMatch(
    /may not be asked/,
  );
});

it('is complete without a window, and when the last has ended', () => {
  const none = { ...PROGRESS, pending: 0, enqueued: 0, fetched: 0, succeeded: 0, failed: 0 };
  expect(describeProgress(none, [])).toMatch(/100 %, 0\/0 windows/);
  const last = { ...none, succeeded: 1 };
  expect(describeProgress(last, [])).toMatch(/100 %, 1\/1 window,.* ended$/);
  // Held while the last was under way: there is nothing that could go on.
  expect(describeProgress({ ...last, state: 'paused' }, [])).toMatch(/ ended$/);
});
