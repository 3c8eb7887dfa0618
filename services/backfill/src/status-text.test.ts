import type { BackfillProgress, ItemFacts, StatusFacts } from '@energy-data-service/db';
import { allDatasets, SOURCES } from '@energy-data-service/sources';
import { judgeStatus, type Status } from '@energy-data-service/status';
import { describe, expect, it } from 'vitest';
import { describeStatus } from './status-text.ts';

const NOW = Temporal.Instant.from('2026-03-29T12:00Z');
const CZ = '10YCZ-CEPS-----N';
const FR = '10YFR-RTE------C';

const ENTSOE = {
  source: 'entsoe',
  requestsLastMinute: 0,
  lastAskedAt: null,
  oldestUntriedAt: null,
  retried: null,
  block: null,
  cutOffSince: null,
};

const BACKFILL: BackfillProgress = {
  id: '5f0c2e0e-0000-4000-8000-000000000000',
  requestedAt: NOW.subtract({ minutes: 60 }),
  state: 'running',
  pending: 50,
  enqueued: 50,
  retried: 0,
  retriedError: null,
  fetched: 0,
  succeeded: 50,
  noData: 0,
  failed: 0,
  points: 100,
  ageSeconds: 3_600,
  recent: { windows: 51, points: 102, seconds: 50 },
};

function minutesAgo(minutes: number): Temporal.Instant {
  return NOW.subtract({ minutes });
}

function loadOf(area: string): ItemFacts {
  return {
    source: 'entsoe',
    dataset: 'actual-total-load',
    area,
    counterArea: null,
    lastStartsAt: minutesAgo(60),
    lastAskedAt: minutesAgo(5),
    lastOutcome: 'data',
    gapSeconds: 0,
    poll: { status: 'succeeded', requestedAt: minutesAgo(5), error: null },
  };
}

function status(facts: Partial<StatusFacts> = {}): Status {
  return judgeStatus(
    {
      now: NOW,
      isSimulated: false,
      lastRoundAt: NOW.subtract({ seconds: 4 }),
      sources: [{ ...ENTSOE, requestsLastMinute: 12 }],
      backlog: [],
      answers: { unprocessed: 0, oldestUnprocessedAt: null, lastProcessedAt: null, undecodable: 0 },
      items: [loadOf(CZ), loadOf(FR)],
      backfills: [],
      failures: [],
      ...facts,
    },
    allDatasets(SOURCES),
    new Map([['entsoe', 380]]),
  );
}

function shown(facts: Partial<StatusFacts> = {}, all = false): string {
  return describeStatus(status(facts), all).join('\n');
}

describe('the status at a terminal', () => {
  it('is a screen that begins with the word that all is current', () => {
    expect(shown()).toBe(
      [
        'All current.',
        'At 2026-03-29T12:00Z; last round of a scheduler: 4 s ago.',
        '',
        'source  budget in use       may be asked',
        'entsoe  12 of 380 requests  yes',
        '',
        'No window waits.',
        'Answers: 0 to process; 0 cannot be decoded.',
        '',
        'dataset            areas      last values from   to',
        'actual-total-load  2 current  2026-03-29T11:00Z  2026-03-29T11:00Z',
      ].join('\n'),
    );
  });

  it('begins with what is wrong and what to do, without the details', () => {
    const block = { until: minutesAgo(-10), reason: 'source has banned us {"status":429}' };
    const text = shown({ sources: [{ ...ENTSOE, block }] });
    expect(text).toMatch(
      /^1 thing needs a person:\n {2}- entsoe may not be asked until 2026-03-29T12:10Z: source has banned us\n {4}-> /,
    );
    expect(text).toContain('not for 10 min');
  });

  it('names what needs a look and sums up the rest', () => {
    const late = {
      ...loadOf(FR),
      poll: { status: 'pending' as const, requestedAt: minutesAgo(60), error: null },
    };
    const text = shown({ items: [loadOf(CZ), { ...late, gapSeconds: 7_200 }] });
    expect(text).toMatch(/^actual-total-load +FR +late +2026-03-29T11:00Z +5 min +2 h$/m);
    expect(text).not.toMatch(/actual-total-load {2}CZ/);
    expect(text).toContain('actual-total-load  1 current, 1 late');
  });

  it('names all when it is asked to, the worst first, then by area', () => {
    const behind = { ...loadOf('10YPL-AREA-----S'), lastStartsAt: minutesAgo(600) };
    const lines = shown({ items: [loadOf(FR), loadOf(CZ), behind] }, true).split('\n');
    const areas = lines
      .filter((line) => line.startsWith('actual-total-load'))
      .map((line) => line.split(/\s+/)[1]);
    expect(areas).toEqual(['PL', 'CZ', 'FR']);
  });

  it('fits on a screen, however many need a look', () => {
    const items = Array.from({ length: 300 }, (_, i) => ({
      ...loadOf(`AREA-${i}`),
      lastStartsAt: minutesAgo(600),
    }));
    const failures = Array.from({ length: 20 }, () => ({
      failedAt: minutesAgo(1),
      request: {
        source: 'entsoe',
        dataset: 'month-ahead-total-load-forecast',
        area: CZ,
        counterArea: null,
        window: { from: minutesAgo(60), to: NOW },
      },
      error: `source refused the request {"reason":"${'x'.repeat(60)}"}`,
    }));
    const lines = describeStatus(status({ items, failures }), false);
    expect(lines).toContain('and 285 more: pnpm status --all');
    expect(lines).toContain('  older ones: pnpm status --json');
    expect(lines.length).toBeLessThan(60);
  });

  it('has no line of more than 100 columns', () => {
    const datasets = allDatasets(SOURCES).map(({ id }) => id);
    const items = datasets.flatMap((dataset) =>
      ['10YDE-ENBW-----N', 'WELL-FORMED-EIC1'].map((area) => ({
        ...loadOf(area),
        dataset,
        lastAskedAt: minutesAgo(47 * 60 + 59),
        gapSeconds: 47 * 3_600 + 59 * 60,
        poll: null,
      })),
    );
    const backlog = (['live', 'heal', 'backfill'] as const).map((priority) => ({
      priority,
      pending: 1_234_567,
      retried: 1_234,
      oldestPendingAt: minutesAgo(47 * 60 + 59),
      paused: 1_234_567,
      fetched: 1_234,
      failed: 1_234_567,
      undecodable: 1_234_567,
    }));
    const lines = describeStatus(status({ items, backlog }), true);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it('tells what was tried in vain, and why', () => {
    const windows = { priority: 'live' as const, pending: 3, retried: 2, oldestPendingAt: minutesAgo(14) };
    const text = shown({
      backlog: [{ ...windows, paused: 0, fetched: 0, failed: 0, undecodable: 0 }],
      sources: [
        { ...ENTSOE, retried: { since: minutesAgo(14), error: 'source is out of order {"status":500}' } },
      ],
    });
    expect(text).toMatch(/^live +3 +14 min +2 /m);
    expect(text).toContain('Tried in vain, and again later: entsoe: source is out of order {"status":500}');
  });

  it('says that nothing is there when nothing is', () => {
    const text = shown({ items: [], sources: [] });
    expect(text).toMatch(/^All is well; nothing is kept current\.\n/);
    expect(text).toContain('Nothing is stored or wanted.');
  });

  it('tells what a source has answered, also of one whose budget nobody knows', () => {
    const retired = { ...ENTSOE, source: 'retired', requestsLastMinute: 7 };
    expect(shown({ sources: [retired] })).toMatch(/^retired +7 +yes$/m);
  });

  it('does not call current what is still to be answered', () => {
    const awaited = { ...loadOf(FR), lastAskedAt: null, lastStartsAt: null };
    expect(shown({ items: [loadOf(CZ), awaited] })).toMatch(/^All is well; 1 of 2 items to be answered\.\n/);
  });

  it('shows how far a backfill has come', () => {
    expect(shown({ backfills: [{ ...BACKFILL, state: 'paused' }] })).toContain(
      'Backfills:\n  5f0c2e0e [########--------] 50 %, 50/100 windows, paused',
    );
  });

  it('promises no end of a backfill while its source may not be asked', () => {
    const backfills = [BACKFILL];
    expect(shown({ backfills })).toContain('50/100 windows, 50 s left, ');
    const block = { until: minutesAgo(-10), reason: 'banned' };
    expect(shown({ backfills, sources: [{ ...ENTSOE, block }] })).toContain(
      '50/100 windows, entsoe may not be asked for 10 min: banned',
    );
    const cutOff = shown({ backfills, sources: [{ ...ENTSOE, cutOffSince: minutesAgo(3) }] });
    expect(cutOff).toContain('50/100 windows, entsoe may not be asked until it answers');
    expect(cutOff).not.toContain('s left');
  });
});
