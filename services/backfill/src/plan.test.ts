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

function plan(
  wanted: WantedItem,
  knowledge: Partial<Knowledge> = {},
  missing = [wanted.wanted],
  again = false,
  awaited: TimeWindow[] = [],
) {
  const ledger: Completeness = {
    request: toRequest(wanted),
    collectedMs: 0,
    notPublishedMs: 0,
    missing,
    awaited,
  };
  const whole: Knowledge = {
    ledger: [ledger],
    openWindows: [[]],
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
    const open = [
      window('2022-03-01', '2023-01-01'),
      window('2023-02-01', '2023-03-01'),
      // Overlaps one that was taken.
      window('2023-02-15', '2023-04-01'),
    ];
    const planned = plan(item('CZ', '2022-01-01', '2024-01-01'), {
      openWindows: [open],
      longestWindow: () => 200,
    });
    expect(planned.windows).toEqual([
      '2022-01-01/2022-03-01',
      '2022-03-01/2023-01-01',
      '2023-01-01/2023-02-01',
      '2023-02-01/2023-03-01',
      '2023-03-01/2023-09-17',
      '2023-09-17/2024-01-01',
    ]);
    expect(planned.openWindows).toBe(2);
  });

  it('are those that wait already also where a part of them has been answered since', () => {
    const open = [window('2022-01-01', '2022-07-01'), window('2022-07-01', '2023-01-01')];
    const missing = [window('2021-12-01', '2022-03-01'), window('2022-03-05', '2022-06-20')];
    const planned = plan(item('CZ', '2021-01-01', '2024-01-01'), { openWindows: [open] }, missing);
    expect(planned.windows).toEqual(['2021-12-01/2022-01-01', '2022-01-01/2022-07-01']);
    expect(planned.openWindows).toBe(1);
    expect(planned.toAskMs).toBe(212 * DAY_MS);
  });

  it('are rather those that wait and lie within what is missing than those that reach into it', () => {
    const open = [window('2022-01-02', '2023-01-01'), window('2022-12-31', '2023-12-31')];
    const missing = [window('2022-12-31', '2023-12-31')];
    const planned = plan(item('CZ', '2021-01-01', '2024-01-01'), { openWindows: [open] }, missing);
    expect(planned.windows).toEqual(['2022-12-31/2023-12-31']);
  });

  it('cover what is missing once, whatever waits already, and nothing else but by what waits', () => {
    const DAYS = 40;
    const start = Temporal.Instant.from('2023-01-01T00:00Z');
    const span = (from: number, to: number): TimeWindow => ({
      from: start.add({ hours: 24 * from }),
      to: start.add({ hours: 24 * to }),
    });
    const day = fc.integer({ min: 0, max: DAYS });
    const openSpans = fc.array(
      fc.tuple(day, day).filter(([from, to]) => from < to),
      { maxLength: 8 },
    );
    const missingDays = fc.array(fc.boolean(), { minLength: DAYS, maxLength: DAYS });
    fc.assert(
      fc.property(openSpans, missingDays, fc.integer({ min: 1, max: 30 }), (spans, isMissing, maxDays) => {
        const open = spans.toSorted(([a, b], [c, d]) => a - c || d - b).map(([from, to]) => span(from, to));
        const missing = joinWindows(
          isMissing.flatMap((missed, i) => (missed ? [span(i, i + 1)] : [])),
          0,
        );
        const wanted = { ...item('CZ', '2023-01-01', '2023-01-02'), wanted: span(0, DAYS) };
        const { windows } = plan(wanted, { openWindows: [open], longestWindow: () => maxDays }, missing);
        const openTexts = open.map(textOf);
        const timesAsked = isMissing.map((_, i) => {
          const covering = windows.filter((text) => {
            const [from = '', to = ''] = text.split('/');
            const dayText = span(i, i + 1)
              .from.toString()
              .slice(0, 10);
            return from <= dayText && dayText < to;
          });
          return {
            asked: covering.length,
            anew: covering.filter((text) => !openTexts.includes(text)).length,
          };
        });
        for (const [i, { asked, anew }] of timesAsked.entries()) {
          expect(asked).toBeLessThanOrEqual(1);
          if (isMissing[i]) expect(asked).toBe(1);
          else expect(anew).toBe(0);
        }
      }),
    );
  });
});

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
