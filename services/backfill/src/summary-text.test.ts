import type { BackfillProgress, FailedWindow } from '@energy-data-service/db';
import { expect, it } from 'vitest';
import { describeCompleteness, describeFailures, describeOutcome } from './summary-text.ts';

const CZ = '10YCZ-CEPS-----N';
const RUNNING = { id: '5f0c', state: 'running' } as const;

function failed(day: number, error: string, isAnswered = false): FailedWindow {
  const from = Temporal.Instant.from('2024-01-01T00:00Z').add({ hours: 24 * day });
  return {
    source: 'entsoe',
    dataset: 'actual-total-load',
    area: CZ,
    counterArea: null,
    window: { from, to: from.add({ hours: 24 }) },
    error,
    isAnswered,
  };
}

it('groups failures by their reason, the most frequent first, and names the command that asks again', () => {
  const windows = [
    failed(0, 'no such element {"series":1,"offset":20}', true),
    failed(1, 'refused {"code":999}'),
    failed(2, 'refused {"code":998}'),
  ];
  expect(describeFailures(RUNNING, windows)).toEqual([
    '2 windows failed: refused',
    '  actual-total-load CZ 2024-01-02T00:00Z/2024-01-03T00:00Z {"code":999}',
    '  actual-total-load CZ 2024-01-03T00:00Z/2024-01-04T00:00Z {"code":998}',
    '1 window failed: no such element',
    '  actual-total-load CZ 2024-01-01T00:00Z/2024-01-02T00:00Z {"series":1,"offset":20}',
    'To ask for them again: pnpm backfill retry 5f0c',
    'Those whose answer could not be decoded, once the decoder is mended: pnpm replay --failed',
  ]);
});

it('names areas in the order of their codes, not of their EICs', () => {
  const [SE_3, AT] = ['10Y1001A1001A46L', '10YAT-APG------L'];
  const windows = [SE_3, AT].flatMap((area) =>
    [failed(0, 'refused'), failed(1, 'refused')].map((of) => ({ ...of, area })),
  );
  expect(
    describeFailures(RUNNING, windows)
      .slice(1, 5)
      .map((line) => line.split(' ').slice(3, 5)),
  ).toEqual([
    ['AT', '2024-01-01T00:00Z/2024-01-02T00:00Z'],
    ['AT', '2024-01-02T00:00Z/2024-01-03T00:00Z'],
    ['SE_3', '2024-01-01T00:00Z/2024-01-02T00:00Z'],
    ['SE_3', '2024-01-02T00:00Z/2024-01-03T00:00Z'],
  ]);
  const ledger = windows.map((request) => ({
    request,
    collectedMs: 0,
    notPublishedMs: 0,
    missing: [request.window],
    awaited: [],
  }));
  expect(
    describeCompleteness(ledger)
      .slice(1, 5)
      .map((line) => line.split(/ +/)[1]),
  ).toEqual(['AT', 'AT', 'SE_3', 'SE_3']);
});

it('names ten windows of a reason, and counts the others', () => {
  const lines = describeFailures(
    RUNNING,
    Array.from({ length: 13 }, (_, i) => failed(i, 'refused')),
  );
  expect(lines).toHaveLength(1 + 10 + 1 + 1);
  expect(lines).toContain('  and 3 more');
});

it('advises no retry of a cancelled backfill, which would be refused', () => {
  const lines = describeFailures({ ...RUNNING, state: 'cancelled' }, [failed(0, 'refused')]);
  expect(lines.join('\n')).not.toContain('retry');
  expect(lines.at(-1)).toBe('To ask for them again, begin another backfill with the same command.');
});

it('says of a cancelled backfill what was not answered, whether or not it was asked for', () => {
  const progress: BackfillProgress = {
    ...RUNNING,
    requestedAt: Temporal.Instant.from('2024-01-01T00:00Z'),
    state: 'cancelled',
    pending: 3,
    enqueued: 3,
    retried: 2,
    retriedError: 'source is out of order',
    fetched: 0,
    succeeded: 3,
    noData: 0,
    failed: 0,
    points: 300,
    ageSeconds: 60,
    recent: { windows: 0, points: 0, seconds: 0 },
  };
  expect(describeOutcome(progress)).toBe(
    '3 of 6 windows succeeded, 300 points, cancelled, 3 were not answered.',
  );
});

it('has nothing to say where nothing failed', () => {
  expect(describeFailures(RUNNING, [])).toEqual([]);
});

it('tells what is missing of what was wanted', () => {
  const { window, ...item } = failed(0, '');
  const request = { ...item, window: { from: window.from, to: window.from.add({ hours: 240 }) } };
  const day = 86_400_000;
  const lines = describeCompleteness([
    { request, collectedMs: 7 * day, notPublishedMs: 2 * day, missing: [failed(9, '').window], awaited: [] },
  ]);
  expect(lines[1]).toMatch(/ 10 +7 +2 +0 +1: 2024-01-10T00:00Z\/2024-01-11T00:00Z$/);
  expect(lines.at(-1)).toBe('Incomplete: 1 of 1 miss something.');
  const complete = describeCompleteness([
    { request, collectedMs: 10 * day, notPublishedMs: 0, missing: [], awaited: [] },
  ]);
  expect(complete.at(-1)).toBe('Complete: all of it was answered.');
  const byOthers = describeCompleteness(
    [{ request, collectedMs: 10 * day, notPublishedMs: 0, missing: [], awaited: [] }],
    2,
  );
  expect(byOthers.at(-1)).toBe('Complete, but by other answers: 2 windows of this backfill brought nothing.');
});

it('tells what was asked for before it was there', () => {
  const { window, ...item } = failed(0, '');
  const request = { ...item, window: { from: window.from, to: window.from.add({ hours: 240 }) } };
  const awaited = [{ from: request.window.to.subtract({ hours: 3 }), to: request.window.to }];
  const day = 86_400_000;
  const lines = describeCompleteness([
    { request, collectedMs: 9.875 * day, notPublishedMs: 0, missing: [], awaited },
  ]);
  expect(lines[1]).toMatch(/ 10 +9.9 +0 +3 h +nothing$/);
  expect(lines.slice(-2)).toEqual([
    'Complete: all of it was answered.',
    expect.stringMatching(
      /^Awaited: .* Where it is kept current, polls ask again; elsewhere the same command /,
    ),
  ]);
});
