import type { ItemFacts, LatestPoll } from '@energy-data-service/db';
import type { Dataset, Poll } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { judgeFreshness, staleBefore } from './freshness.ts';

const CZ = '10YCZ-CEPS-----N';
const NOW = Temporal.Instant.from('2026-03-29T12:00Z');

function dataset(everyMinutes: number, unit: Poll['unit'], last: number): Dataset {
  const polls: Poll[] = [
    { priority: 'heal', everyMinutes: 1_440, unit, first: -32, last: -3 },
    { priority: 'live', everyMinutes, unit, first: -3, last },
  ];
  return { id: 'load', polls } as unknown as Dataset;
}

const ACTUAL = dataset(10, 'day', 1);
const DAY_AHEAD = dataset(30, 'day', 2);

function minutesAgo(minutes: number): Temporal.Instant {
  return NOW.subtract({ minutes });
}

function poll(status: LatestPoll['status'], requestedMinutesAgo: number): LatestPoll {
  return { status, requestedAt: minutesAgo(requestedMinutesAgo), error: null };
}

/** Asked for and answered five minutes ago, with an hour of lag. */
const CURRENT: ItemFacts = {
  source: 'entsoe',
  dataset: 'load',
  area: CZ,
  counterArea: null,
  lastStartsAt: minutesAgo(60),
  lastAskedAt: minutesAgo(5),
  lastOutcome: 'data',
  gapSeconds: 0,
  poll: poll('succeeded', 5),
};

function judge(facts: Partial<ItemFacts>, lastRoundAt: Temporal.Instant | null = NOW) {
  return judgeFreshness({ ...CURRENT, ...facts }, ACTUAL, { now: NOW, lastRoundAt });
}

describe('a dataset of an area', () => {
  it('is current while its polls are answered, also while the next one is under way', () => {
    expect(judge({})).toBe('current');
    expect(judge({ poll: poll('pending', 1) })).toBe('current');
    expect(judge({ poll: poll('split', 5) })).toBe('current');
  });

  it('is late once the newest window has waited for more than two polls, at either end', () => {
    expect(judge({ poll: poll('pending', 20) })).toBe('current');
    expect(judge({ poll: poll('pending', 21) })).toBe('late');
    expect(judge({ poll: poll('fetched', 21) })).toBe('late');
  });

  it('is failing when the newest window has failed for good', () => {
    expect(judge({ poll: poll('failed', 5) })).toBe('failing');
  });

  it('is awaited when it is asked for and the last answer is old, as after a time without service', () => {
    expect(judge({ poll: poll('pending', 1), lastAskedAt: null, lastStartsAt: null })).toBe('awaited');
    expect(
      judge({ poll: poll('pending', 1), lastAskedAt: minutesAgo(600), lastStartsAt: minutesAgo(600) }),
    ).toBe('awaited');
  });

  it('is unpublished when it is answered in time and never had a value', () => {
    expect(judge({ lastStartsAt: null, lastOutcome: 'no-data' })).toBe('unpublished');
  });

  it('is unscheduled when no poll asks for it any more, or ever did', () => {
    expect(judge({ poll: null })).toBe('unscheduled');
    expect(judge({ poll: poll('succeeded', 600) })).toBe('unscheduled');
    expect(judge({ poll: poll('failed', 600) })).toBe('unscheduled');
    expect(judge({ poll: poll('pending', 600) })).toBe('late');
  });

  it('is late, and still scheduled, when it is the scheduler that stands still', () => {
    expect(judge({ poll: poll('succeeded', 600) }, minutesAgo(595))).toBe('late');
  });

  it('is unscheduled when this release does not know its dataset, or how to keep it current', () => {
    const moment = { now: NOW, lastRoundAt: NOW };
    expect(judgeFreshness(CURRENT, undefined, moment)).toBe('unscheduled');
    expect(judgeFreshness(CURRENT, { polls: [] } as unknown as Dataset, moment)).toBe('unscheduled');
  });

  it('is behind when its last value starts before it may', () => {
    expect(judge({ lastStartsAt: minutesAgo(360) })).toBe('current');
    expect(judge({ lastStartsAt: minutesAgo(361) })).toBe('behind');
  });
});

describe('the last value may not start before', () => {
  it('36 polls ago, of what has happened', () => {
    expect(staleBefore(ACTUAL, CZ, NOW)?.toString()).toBe('2026-03-29T06:00:00Z');
  });

  it.each([
    ['day', 2, '2026-03-28T23:00:00Z'],
    ['week', 3, '2026-03-22T23:00:00Z'],
    ['month', 3, '2026-02-28T23:00:00Z'],
    ['year', 2, '2025-12-31T23:00:00Z'],
  ] as const)("the beginning of the area's present %s, of a forecast", (unit, last, expected) => {
    expect(staleBefore(dataset(30, unit, last), CZ, NOW)?.toString()).toBe(expected);
  });

  it('midnight in the area, so that a forecast that did not come is missed from then on', () => {
    const lastStartsAt = Temporal.Instant.from('2026-03-29T21:00Z');
    const judgeAt = (now: string) => {
      const at = Temporal.Instant.from(now);
      const asked = {
        ...CURRENT,
        lastStartsAt,
        lastAskedAt: at,
        poll: { ...poll('succeeded', 0), requestedAt: at },
      };
      return judgeFreshness(asked, DAY_AHEAD, { now: at, lastRoundAt: at });
    };
    expect(judgeAt('2026-03-29T21:59:59Z')).toBe('current');
    expect(judgeAt('2026-03-29T22:00:00Z')).toBe('behind');
  });

  it('nothing, where nothing keeps it current', () => {
    expect(staleBefore({ polls: [] } as unknown as Dataset, CZ, NOW)).toBeNull();
  });
});
