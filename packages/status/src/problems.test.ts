import type { StatusFacts } from '@energy-data-service/db';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Freshness } from './freshness.ts';
import { findProblems } from './problems.ts';

const NOW = Temporal.Instant.from('2026-03-29T12:00Z');
const ENTSOE = {
  source: 'entsoe',
  requestsLastMinute: 3,
  lastAskedAt: NOW.subtract({ seconds: 9 }),
  oldestUntriedAt: null,
  retried: null,
  block: null,
  cutOffSince: null,
};
const BANNED = { ...ENTSOE, block: { until: NOW.add({ minutes: 10 }), reason: 'too many requests' } };
const CUT_OFF = { ...ENTSOE, cutOffSince: NOW.subtract({ minutes: 10 }) };
const UNTRIED = { ...ENTSOE, lastAskedAt: null, oldestUntriedAt: NOW.subtract({ hours: 1 }) };
const LIVE = {
  priority: 'live' as const,
  pending: 0,
  retried: 0,
  oldestPendingAt: null,
  paused: 0,
  fetched: 0,
  failed: 0,
  undecodable: 0,
};

const WELL: StatusFacts = {
  now: NOW,
  isSimulated: false,
  lastRoundAt: NOW.subtract({ seconds: 4 }),
  sources: [ENTSOE],
  backlog: [],
  answers: { unprocessed: 0, oldestUnprocessedAt: null, lastProcessedAt: null, undecodable: 0 },
  items: [],
  backfills: [],
  failures: [],
};

function kinds(facts: Partial<StatusFacts>, ...freshness: Freshness[]) {
  const items = freshness.map((state) => ({ source: 'entsoe', freshness: state }));
  return findProblems({ ...WELL, ...facts }, items).map(({ kind }) => kind);
}

describe('a person is needed', () => {
  it('for nothing while all goes well, whatever is awaited, unpublished or held', () => {
    expect(kinds({}, 'current', 'awaited', 'unpublished', 'unscheduled')).toEqual([]);
    expect(
      kinds({ backlog: [{ ...LIVE, pending: 900, paused: 9, fetched: 9, oldestPendingAt: NOW }] }),
    ).toEqual([]);
  });

  it('when no round was completed for two minutes, or ever', () => {
    expect(kinds({ lastRoundAt: NOW.subtract({ seconds: 120 }) })).toEqual([]);
    expect(kinds({ lastRoundAt: NOW.subtract({ seconds: 121 }) })).toEqual(['scheduler-silent']);
    expect(kinds({ lastRoundAt: null })).toEqual(['scheduler-silent']);
  });

  it('when a source may not be asked or is cut off, and is told until or since when', () => {
    const message = (source: typeof BANNED | typeof CUT_OFF) =>
      findProblems({ ...WELL, sources: [source] }, []).map((problem) => problem.message);
    expect(message(BANNED)).toEqual(['entsoe may not be asked until 2026-03-29T12:10Z: too many requests']);
    expect(message(CUT_OFF)).toEqual(['entsoe has failed request after request since 2026-03-29T11:50Z']);
  });

  it('when every attempt has failed for twelve minutes, though too few for a cut-off', () => {
    const retried = (minutes: number) => ({
      since: NOW.subtract({ minutes }),
      error: 'request to the source failed',
    });
    const found = (since: number, lastAnswer: number | null) => {
      const lastAskedAt = lastAnswer === null ? null : NOW.subtract({ minutes: lastAnswer });
      const source = { ...ENTSOE, retried: retried(since), lastAskedAt };
      return findProblems({ ...WELL, sources: [source] }, []).map(({ kind, message }) => [kind, message]);
    };
    const since = (time: string) => [
      ['source-failing', `entsoe has answered nothing since ${time}: request to the source failed`],
    ];
    expect(found(12, null)).toEqual([]);
    expect(found(13, null)).toEqual(since('2026-03-29T11:47Z'));
    expect(found(60, 11)).toEqual([]);
    expect(found(60, 20)).toEqual(since('2026-03-29T11:40Z'));
    const cutOff = { ...CUT_OFF, retried: retried(60), lastAskedAt: null };
    expect(kinds({ sources: [cutOff] })).toEqual(['source-cut-off']);
    // Nobody has tried for long: what failed last says nothing.
    expect(kinds({ sources: [{ ...UNTRIED, retried: retried(60) }] })).toEqual(['collecting-silent']);
    const failing = { ...ENTSOE, retried: retried(60), lastAskedAt: null };
    expect(kinds({ sources: [failing], lastRoundAt: null })).toEqual(['scheduler-silent']);
  });

  it('when windows wait that nobody tries, and nothing has come for five minutes', () => {
    const found = (oldestUntriedAt: Temporal.Instant | null, lastAskedAt: Temporal.Instant | null) =>
      kinds({ sources: [{ ...ENTSOE, oldestUntriedAt, lastAskedAt }] });
    const fiveMinutesAgo = NOW.subtract({ seconds: 300 });
    const longAgo = NOW.subtract({ seconds: 301 });
    expect(found(longAgo, longAgo)).toEqual(['collecting-silent']);
    expect(found(longAgo, null)).toEqual(['collecting-silent']);
    expect(found(longAgo, fiveMinutesAgo)).toEqual([]);
    expect(found(fiveMinutesAgo, longAgo)).toEqual([]);
    expect(found(null, null)).toEqual([]);
  });

  it('when answers wait and none has been processed for five minutes', () => {
    const found = (oldestUnprocessedAt: Temporal.Instant, lastProcessedAt: Temporal.Instant | null) =>
      kinds({ answers: { ...WELL.answers, unprocessed: 1, oldestUnprocessedAt, lastProcessedAt } });
    const fiveMinutesAgo = NOW.subtract({ seconds: 300 });
    const longAgo = NOW.subtract({ hours: 2 });
    expect(found(longAgo, longAgo)).toEqual(['processing-silent']);
    expect(found(longAgo, null)).toEqual(['processing-silent']);
    expect(found(fiveMinutesAgo, longAgo)).toEqual([]);
  });

  it('when an answer has waited for a quarter of an hour, though others are processed', () => {
    const waitingSince = (oldestUnprocessedAt: Temporal.Instant) => ({
      answers: { ...WELL.answers, unprocessed: 1, oldestUnprocessedAt, lastProcessedAt: NOW },
    });
    expect(kinds(waitingSince(NOW.subtract({ minutes: 15 })))).toEqual([]);
    expect(kinds(waitingSince(NOW.subtract({ seconds: 901 })))).toEqual(['processing-behind']);
  });

  it('when answers cannot be decoded, once, though their windows failed with them', () => {
    expect(
      kinds({
        answers: { ...WELL.answers, undecodable: 1 },
        backlog: [{ ...LIVE, undecodable: 1 }],
      }),
    ).toEqual(['answers-undecodable']);
  });

  it('when windows failed, whatever their priority', () => {
    const backlog = [
      { ...LIVE, failed: 1 },
      { ...LIVE, priority: 'backfill' as const, failed: 2 },
    ];
    expect(findProblems({ ...WELL, backlog }, [])).toMatchObject([
      {
        kind: 'windows-failed',
        message: '3 windows failed within a day, and the same was not answered since',
      },
    ]);
  });

  it('when data is late or behind', () => {
    expect(kinds({}, 'late', 'behind', 'late')).toEqual(['data-late', 'data-behind']);
  });
});

describe('the advice', () => {
  const advice = () => {
    const answers = { ...WELL.answers, undecodable: 1 };
    const facts = { ...WELL, answers, backlog: [{ ...LIVE, failed: 1 }] };
    return findProblems(facts, []).map((problem) => problem.advice);
  };

  it('names commands as they are typed on a laptop', () => {
    expect(advice()).toEqual([
      expect.stringMatching(/of a backfill: pnpm backfill retry\); .* mended: pnpm replay --failed$/),
      expect.stringContaining('goes on with pnpm backfill retry; polls'),
    ]);
  });

  it('names them in a container as they are typed there', () => {
    vi.stubEnv('COMMANDS_RUN_BY', 'docker compose exec collector');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(advice()).toEqual([
      expect.stringMatching(
        /: docker compose exec collector backfill retry\); .*: docker compose exec collector replay --failed$/,
      ),
      expect.stringContaining('goes on with docker compose exec collector backfill retry; polls'),
    ]);
  });
});

describe('one cause is one problem', () => {
  it.each([
    ['a ban', { sources: [BANNED] }, ['source-blocked']],
    [
      'a source that is cut off',
      { sources: [CUT_OFF], backlog: [{ ...LIVE, failed: 7 }] },
      ['source-cut-off'],
    ],
    ['collectors that stand still', { sources: [UNTRIED] }, ['collecting-silent']],
    [
      'a scheduler that stands still, on which collectors wait',
      { lastRoundAt: NOW.subtract({ hours: 1 }), sources: [UNTRIED] },
      ['scheduler-silent'],
    ],
    ['a scheduler that stands still', { lastRoundAt: NOW.subtract({ hours: 1 }) }, ['scheduler-silent']],
  ])('of %s', (_cause, facts, expected) => {
    expect(kinds(facts, 'late', 'behind')).toEqual(expected);
  });

  it('for another source nothing is explained by it', () => {
    expect(kinds({ sources: [{ ...CUT_OFF, source: 'other' }, ENTSOE] }, 'late')).toEqual([
      'source-cut-off',
      'data-late',
    ]);
  });
});
