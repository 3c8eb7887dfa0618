import type { Completeness } from '@energy-data-service/db';
import { type Dataset, findArea, joinWindows, type TimeWindow } from '@energy-data-service/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Knowledge, planBackfill, toRequest } from './plan.ts';
import type { WantedItem } from './wanted-items.ts';

const LOAD = {
  id: 'actual-total-load',
  source: 'entsoe',
  resolutions: ['PT15M', 'PT60M'],
  maxWindowDays: 365,
} as unknown as Dataset;
const MARGIN = { ...LOAD, id: 'year-ahead-forecast-margin', resolutions: ['P1Y'] } as unknown as Dataset;

const DAY_MS = 86_400_000;

function window(from: string, to: string): TimeWindow {
  return { from: Temporal.Instant.from(`${from}T00:00Z`), to: Temporal.Instant.from(`${to}T00:00Z`) };
}

function item(areaCode: string, from: string, to: string, dataset = LOAD): WantedItem {
  const area = findArea(areaCode);
  if (area === undefined) throw new Error(`no area ${areaCode}`);
  return { dataset, area, wanted: window(from, to) };
}

function textOf({ from, to }: TimeWindow): string {
  return `${from}/${to}`.replaceAll('T00:00:00Z', '');
}

interface OpenWindows {
  readonly waiting?: readonly TimeWindow[];
  readonly answered?: readonly TimeWindow[];
}

function plan(
  wanted: WantedItem,
  { waiting = [], answered = [], ...knowledge }: Partial<Knowledge> & OpenWindows = {},
  missing = [wanted.wanted],
  again = false,
  awaited: TimeWindow[] = [],
) {
  const open = [
    ...waiting.map((window) => ({ ...window, isAnswered: false })),
    ...answered.map((window) => ({ ...window, isAnswered: true })),
  ];
  const ledger: Completeness = {
    request: toRequest(wanted),
    collectedMs: 0,
    notPublishedMs: 0,
    missing,
    awaited,
  };
  const whole: Knowledge = {
    ledger: [ledger],
    openWindows: [open.toSorted((a, b) => Temporal.Instant.compare(a.from, b.from))],
    longestWindow: ({ maxWindowDays }) => maxWindowDays,
    storedVolumes: [],
    answerVolumes: [],
    ...knowledge,
  };
  const [planned] = planBackfill([wanted], whole, again);
  if (planned === undefined) throw new Error('an item was not planned');
  return {
    ...planned,
    windows: planned.windows.map(textOf),
  };
}

describe('the windows of a plan', () => {
  it('are as long as the source accepts', () => {
    const { windows } = plan(item('CZ', '2022-01-01', '2024-01-01'), { longestWindow: () => 300 });
    expect(windows).toEqual(['2022-01-01/2022-10-28', '2022-10-28/2023-08-24', '2023-08-24/2024-01-01']);
  });

  it('cover what was not answered, and nothing else', () => {
    const missing = [window('2023-01-05', '2023-01-08'), window('2023-02-01', '2023-02-02')];
    const planned = plan(item('CZ', '2023-01-01', '2024-01-01'), {}, missing);
    expect(planned.windows).toEqual(['2023-01-05/2023-01-08', '2023-02-01/2023-02-02']);
    expect(planned.toAskMs).toBe(4 * DAY_MS);
  });

  it('cover what is awaited, close ranges together, with what is missing behind them', () => {
    const awaited = [
      window('2022-02-01', '2022-02-02'),
      window('2023-01-05', '2023-01-06'),
      window('2023-01-20', '2023-01-21'),
      window('2023-02-01', '2023-02-03'),
    ];
    const planned = plan(
      item('CZ', '2022-01-01', '2024-01-01'),
      {},
      [window('2022-06-01', '2022-06-02'), window('2023-02-03', '2023-02-05')],
      false,
      awaited,
    );
    expect(planned.windows).toEqual([
      '2022-02-01/2022-02-02',
      '2022-06-01/2022-06-02',
      '2023-01-05/2023-02-05',
    ]);
  });

  it('cover everything when it is asked for again', () => {
    const planned = plan(item('CZ', '2023-01-01', '2024-01-01'), {}, [], true);
    expect(planned.windows).toEqual(['2023-01-01/2024-01-01']);
  });

  it('are those of the first plan that are left, when it is made again half-way', () => {
    const first = plan(item('CZ', '2015-01-01', '2024-01-01')).windows;
    // The third and the last have been answered meanwhile.
    const missing = [window('2015-01-01', '2016-12-31'), window('2017-12-31', '2023-12-30')];
    const second = plan(item('CZ', '2015-01-01', '2024-01-01'), {}, missing).windows;
    expect(second).toEqual(first.filter((_, i) => i !== 2 && i !== first.length - 1));
  });

  it('are those that wait already, however they were cut, and others only between them', () => {
    const waiting = [
      window('2022-03-01', '2023-01-01'),
      // Overlaps the next one, which covers more.
      window('2023-02-01', '2023-03-01'),
      window('2023-02-15', '2023-04-01'),
      window('2023-04-01', '2023-05-01'),
    ];
    const planned = plan(item('CZ', '2022-01-01', '2024-01-01'), { waiting, longestWindow: () => 200 });
    expect(planned.windows).toEqual([
      '2022-01-01/2022-03-01',
      '2022-03-01/2023-01-01',
      '2023-01-01/2023-02-15',
      '2023-02-15/2023-04-01',
      '2023-04-01/2023-05-01',
      '2023-05-01/2023-11-17',
      '2023-11-17/2024-01-01',
    ]);
    expect([planned.waitingWindows, planned.answeredWindows]).toEqual([3, 0]);
  });

  it('are those that wait already also where a part of them has been answered since', () => {
    const waiting = [window('2022-01-01', '2022-07-01'), window('2022-07-01', '2023-01-01')];
    const missing = [window('2021-12-01', '2022-03-01'), window('2022-03-05', '2022-06-20')];
    const planned = plan(item('CZ', '2021-01-01', '2024-01-01'), { waiting }, missing);
    expect(planned.windows).toEqual(['2021-12-01/2022-01-01', '2022-01-01/2022-07-01']);
    expect(planned.waitingWindows).toBe(1);
    expect(planned.toAskMs).toBe(212 * DAY_MS);
  });

  it('are of those that wait rather the ones that cover more of what is missing, and then the shorter ones', () => {
    const all = item('CZ', '2021-01-01', '2024-01-01');
    const reachesInto = [window('2022-01-02', '2023-01-01'), window('2022-12-31', '2023-12-31')];
    expect(plan(all, { waiting: reachesInto }, [window('2022-12-31', '2023-12-31')]).windows).toEqual([
      '2022-12-31/2023-12-31',
    ]);
    const nearlyFits = [window('2022-01-01', '2023-01-01'), window('2022-03-01', '2022-03-31')];
    expect(plan(all, { waiting: nearlyFits }, [window('2022-02-01', '2023-01-01')]).windows).toEqual([
      '2022-01-01/2023-01-01',
    ]);
    const bothCover = [window('2022-01-01', '2023-01-01'), window('2022-02-01', '2022-08-01')];
    expect(plan(all, { waiting: bothCover }, [window('2022-03-01', '2022-04-01')]).windows).toEqual([
      '2022-02-01/2022-08-01',
    ]);
  });

  it('are those whose answer waits to be processed, too, unless all is to be asked for again', () => {
    const year = item('CZ', '2022-01-01', '2023-01-01');
    const open = {
      answered: [window('2022-03-01', '2022-05-01')],
      waiting: [window('2022-05-01', '2022-06-01')],
    };
    const planned = plan(year, open);
    expect(planned.windows).toEqual([
      '2022-01-01/2022-03-01',
      '2022-03-01/2022-05-01',
      '2022-05-01/2022-06-01',
      '2022-06-01/2023-01-01',
    ]);
    expect([planned.waitingWindows, planned.answeredWindows]).toEqual([1, 1]);
    const anew = plan(year, open, [], true);
    expect(anew.windows).toEqual(['2022-01-01/2022-05-01', '2022-05-01/2022-06-01', '2022-06-01/2023-01-01']);
    expect([anew.waitingWindows, anew.answeredWindows]).toEqual([1, 0]);
  });

  it('cover what is missing once, whatever waits already, and nothing else but by what waits', () => {
    const DAYS = 40;
    const start = Temporal.Instant.from('2023-01-01T00:00Z');
    const windowOf = ([from, to]: Span): TimeWindow => ({
      from: start.add({ hours: 24 * from }),
      to: start.add({ hours: 24 * to }),
    });
    const day = fc.integer({ min: 0, max: DAYS });
    const someSpans = (most: number) =>
      fc.array(
        fc.tuple(day, day).filter(([from, to]) => from < to),
        { maxLength: most },
      );
    fc.assert(
      fc.property(someSpans(7), someSpans(4), fc.integer({ min: 1, max: 30 }), (open, gaps, maxDays) => {
        const [waiting = [], answered = []] = [0, 1].map((part) =>
          open.filter((_, i) => i % 2 === part).map(windowOf),
        );
        const planned = plan(
          { ...item('CZ', '2023-01-01', '2023-01-02'), wanted: windowOf([0, DAYS]) },
          { waiting, answered, longestWindow: () => maxDays },
          joinWindows(gaps.map(windowOf), 0),
        );
        const isOpen = (text: string) => open.some((span) => textOf(windowOf(span)) === text);
        const asked = Map.groupBy(
          planned.windows.map((text) => ({ text, span: daysOf(text, start) })),
          ({ text }) => (isOpen(text) ? 'open' : 'anew'),
        );
        const taken = (asked.get('open') ?? []).map(({ span }) => span);
        const anew = (asked.get('anew') ?? []).map(({ span }) => span);
        for (let i = 0; i < DAYS; i += 1) {
          const one: Span = [i, i + 1];
          const isMissing = gaps.some((gap) => overlap(gap, one));
          const times = [...taken, ...anew].filter((span) => overlap(span, one)).length;
          expect(times).toBeLessThanOrEqual(1);
          if (isMissing) expect(times).toBe(1);
          else expect(anew.some((span) => overlap(span, one))).toBe(false);
        }
        expect(taken.filter((span) => !gaps.some((gap) => overlap(gap, span)))).toEqual([]);
        expect(planned.waitingWindows + planned.answeredWindows).toBe(taken.length);
        expect(countCovered(taken, gaps)).toBe(
          Math.max(
            ...choicesOf(open)
              .filter(areApart)
              .map((choice) => countCovered(choice, gaps)),
          ),
        );
      }),
    );
  });
});

/** Days from the first inclusive to the second exclusive. */
type Span = readonly [from: number, to: number];

function daysOf(text: string, start: Temporal.Instant): Span {
  const [from = NaN, to = NaN] = text
    .split('/')
    .map((day) => start.until(`${day}T00:00Z`).total('hours') / 24);
  return [from, to];
}

function overlap([a, b]: Span, [c, d]: Span): boolean {
  return a < d && c < b;
}

function areApart(spans: readonly Span[]): boolean {
  return spans.every((span, i) => spans.slice(i + 1).every((other) => !overlap(span, other)));
}

/** How many days of the gaps lie in one of the spans. */
function countCovered(spans: readonly Span[], gaps: readonly Span[]): number {
  const days = new Set(gaps.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i)));
  return [...days].filter((day) => spans.some((span) => overlap(span, [day, day + 1]))).length;
}

function choicesOf<T>(all: readonly T[]): T[][] {
  return all.reduce<T[][]>((choices, one) => choices.flatMap((some) => [some, [...some, one]]), [[]]);
}

describe('the estimate of a plan', () => {
  const CZ = '10YCZ-CEPS-----N';
  const FR = '10YFR-RTE------C';
  const tenDays = item('CZ', '2023-01-01', '2023-01-11');

  it('counts after what is stored of the item, and what its dataset weighs', () => {
    const { estimate } = plan(tenDays, {
      storedVolumes: [
        { dataset: LOAD.id, area: FR, points: 96_000, collectedDays: 1_000 },
        { dataset: LOAD.id, area: CZ, points: 2_400, collectedDays: 100 },
        { dataset: MARGIN.id, area: CZ, points: 1, collectedDays: 365 },
      ],
      answerVolumes: [{ dataset: LOAD.id, bytes: 100_000, points: 1_000 }],
    });
    expect(estimate).toEqual({ points: 240, bytes: 24_000, basis: 'item' });
  });

  it('counts after other areas where nothing is stored of the item', () => {
    const storedVolumes = [
      { dataset: LOAD.id, area: FR, points: 100, collectedDays: 1 },
      { dataset: LOAD.id, area: '10YBE----------2', points: 200, collectedDays: 2 },
    ];
    const { estimate } = plan(tenDays, { storedVolumes });
    expect(estimate).toEqual({ points: 1_000, bytes: 125_000, basis: 'dataset' });
  });

  it('counts after the finest resolution where nothing is stored, or too little to count after', () => {
    const storedVolumes = [
      { dataset: LOAD.id, area: CZ, points: 4, collectedDays: 0.001 },
      { dataset: MARGIN.id, area: CZ, points: 1, collectedDays: 1 },
    ];
    expect(plan(tenDays, { storedVolumes }).estimate).toEqual({
      points: 960,
      bytes: 120_000,
      basis: 'resolution',
    });
    const eleven = item('CZ', '2015-01-01', '2026-01-01', MARGIN);
    expect(plan(eleven, { storedVolumes }).estimate.points).toBe(12);
    const twoYears = item('CZ', '2021-01-01', '2023-01-01', MARGIN);
    expect(plan(twoYears).estimate).toEqual({ points: 2, bytes: 250, basis: 'resolution' });
    expect(plan(item('CZ', '2021-01-01', '2021-01-02', MARGIN)).estimate.points).toBe(1);
  });
});
