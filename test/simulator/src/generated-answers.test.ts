import { areaTimezone } from '@energy-data-service/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnswerSource } from './answer.ts';
import { generatedAnswers } from './generated-answers.ts';
import { LOAD_ITEM_IDS, type LoadItemId } from './load-items.ts';
import {
  ask,
  CZ,
  conditionsAt,
  DE_LU,
  readDocument,
  readValues,
  readXml,
  reasonOf,
  stepStarts,
} from './reading.fixture.ts';

const NOW = '2026-05-07T13:17:27Z';
const GB = '10YGB----------A';
const FI = '10YFI-1--------U';
const HOUR_MS = 3_600_000;

const itemArbitrary = fc.constantFrom(...LOAD_ITEM_IDS);
const areaArbitrary = fc.constantFrom(CZ, DE_LU, FI, '10YNL----------L', '10YIE-1001A00010');
/** Minutes within years that are long published, clock changes included. */
const instantArbitrary = fc
  .integer({ min: Date.parse('2019-01-01T00:00Z') / 60_000, max: Date.parse('2024-12-01T00:00Z') / 60_000 })
  .map((minutes) => Temporal.Instant.fromEpochMilliseconds(minutes * 60_000));
const minutesArbitrary = fc.integer({ min: 1, max: 10 * 24 * 60 });

/** Values by series and instant; empty when nothing is published. */
function valuesOf(
  source: AnswerSource,
  item: LoadItemId,
  area: string,
  from: string | Temporal.Instant,
  to: string | Temporal.Instant,
  { now = NOW, curveType = 'A03' }: { now?: string; curveType?: string } = {},
): Map<string, string | null> {
  const { body } = ask(source, [item, area, from, to, { curvetype: curveType }], conditionsAt(now));
  if (readXml(Buffer.from(body).toString()).name === 'Acknowledgement_MarketDocument') return new Map();
  return readValues(readDocument(body), areaTimezone(area));
}

function documentOf(item: LoadItemId, area: string, from: string, to: string) {
  return readDocument(
    ask(generatedAnswers({ flaws: false }), [item, area, from, to], conditionsAt(NOW)).body,
  );
}

describe('a value', () => {
  it('is the same whatever window asks for it', () => {
    const source = generatedAnswers();
    fc.assert(
      fc.property(
        itemArbitrary,
        areaArbitrary,
        instantArbitrary,
        minutesArbitrary,
        minutesArbitrary,
        (item, area, from, firstMinutes, secondMinutes) => {
          const middle = from.add({ minutes: firstMinutes });
          const to = middle.add({ minutes: secondMinutes });
          const whole = valuesOf(source, item, area, from, to);
          const parts = [
            ...valuesOf(source, item, area, from, middle),
            ...valuesOf(source, item, area, middle, to),
          ];
          expect(new Map(parts.sort())).toEqual(new Map([...whole].sort()));
          // A part may hold a step twice (it crosses the cut), never with two values.
          for (const [step, value] of parts) expect(whole.get(step)).toBe(value);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('depends on the seed, and on nothing else of the simulator', () => {
    const window = [CZ, '2024-03-01T00:00Z', '2024-03-02T00:00Z'] as const;
    const first = valuesOf(generatedAnswers({ seed: 7 }), 'actual-total-load', ...window);
    expect(valuesOf(generatedAnswers({ seed: 7 }), 'actual-total-load', ...window)).toEqual(first);
    expect(valuesOf(generatedAnswers({ seed: 8 }), 'actual-total-load', ...window)).not.toEqual(first);
  });

  it('is the same in both curve types, of which A03 leaves equal neighbours out', () => {
    const source = generatedAnswers();
    let omitted = 0;
    fc.assert(
      fc.property(
        itemArbitrary,
        areaArbitrary,
        instantArbitrary,
        minutesArbitrary,
        (item, area, from, minutes) => {
          const window = [item, area, from, from.add({ minutes })] as const;
          const all = valuesOf(source, ...window, { curveType: 'A01' });
          expect(valuesOf(source, ...window)).toEqual(all);
          const { body } = ask(source, [...window], conditionsAt(NOW));
          omitted +=
            all.size -
            (Buffer.from(body)
              .toString()
              .match(/<Point>/g)?.length ?? 0);
        },
      ),
      { numRuns: 100 },
    );
    expect(omitted).toBeGreaterThan(100);
  });

  it('has at most two decimals and lies where an area of that size consumes', () => {
    const values = valuesOf(
      generatedAnswers({ flaws: false }),
      'actual-total-load',
      DE_LU,
      '2023-12-31T23:00Z',
      '2024-12-31T23:00Z',
    );
    expect(values.size).toBe(366 * 96);
    const implausible = [...values.values()].filter(
      (value) => !/^\d{5}(\.\d{1,2})?$/.test(value ?? '') || Number(value) < 30_000 || Number(value) > 85_000,
    );
    expect(implausible).toEqual([]);
  });

  it('is lower at night than by day, on Sunday than on Tuesday, in July than in January', () => {
    const source = generatedAnswers({ flaws: false });
    function loadAt(local: string): number {
      const from = Temporal.ZonedDateTime.from(`${local}[Europe/Prague]`).toInstant();
      const [value] = valuesOf(source, 'actual-total-load', CZ, from, from.add({ hours: 1 })).values();
      return Number(value);
    }
    expect(loadAt('2024-01-16T03:00')).toBeLessThan(loadAt('2024-01-16T11:00'));
    expect(loadAt('2024-01-14T11:00')).toBeLessThan(loadAt('2024-01-16T11:00'));
    expect(loadAt('2024-07-16T11:00')).toBeLessThan(loadAt('2024-01-16T11:00'));
  });

  it('of a minimum lies below that of the maximum', () => {
    const values = valuesOf(
      generatedAnswers(),
      'week-ahead-total-load-forecast',
      CZ,
      '2024-01-01T00:00Z',
      '2024-03-01T00:00Z',
    );
    const minima = [...values].filter(([step]) => step.startsWith('A60'));
    expect(minima).toHaveLength(values.size / 2);
    for (const [step, minimum] of minima) {
      expect(Number(minimum)).toBeLessThan(Number(values.get(step.replace('A60', 'A61'))));
    }
  });
});

describe('the steps of an answer', () => {
  it.each([
    ['spring', CZ, '2024-03-30T23:00Z', '2024-03-31T22:00Z', 'PT60M', 23],
    ['autumn', CZ, '2024-10-26T22:00Z', '2024-10-27T23:00Z', 'PT60M', 25],
    ['spring', DE_LU, '2024-03-30T23:00Z', '2024-03-31T22:00Z', 'PT15M', 92],
    ['autumn', DE_LU, '2024-10-26T22:00Z', '2024-10-27T23:00Z', 'PT15M', 100],
    ['spring', GB, '2019-03-31T00:00Z', '2019-03-31T23:00Z', 'PT30M', 46],
  ])(
    'of the %s clock change day in %s from %s to %s are its %s: %i',
    (_season, area, from, to, resolution, steps) => {
      const [series] = documentOf('actual-total-load', area, from, to).series;
      const [period, ...others] = series?.periods ?? [];
      expect(others).toEqual([]);
      expect(period).toMatchObject({ start: from, resolution });
      expect(period && stepStarts(period, areaTimezone(area))).toHaveLength(steps);
    },
  );

  it.each([
    ['actual-total-load', DE_LU, '2024-09-01T22:15Z/2024-09-01T22:30Z'],
    ['actual-total-load', CZ, '2024-09-01T22:00Z/2024-09-01T23:00Z'],
    ['day-ahead-total-load-forecast', CZ, '2024-09-01T22:00Z/2024-09-01T23:00Z'],
    ['week-ahead-total-load-forecast', CZ, '2024-09-01T22:00Z/2024-09-02T22:00Z'],
    ['week-ahead-total-load-forecast', FI, '2024-09-01T21:00Z/2024-09-02T21:00Z'],
    ['month-ahead-total-load-forecast', CZ, '2024-09-01T22:00Z/2024-09-08T22:00Z'],
    ['year-ahead-total-load-forecast', CZ, '2024-09-01T22:00Z/2024-09-08T22:00Z'],
    ['year-ahead-forecast-margin', CZ, '2023-12-31T23:00Z/2024-12-31T23:00Z'],
  ] as const)('of %s in %s for one minute are the whole step %s', (item, area, interval) => {
    const document = documentOf(item, area, '2024-09-01T22:20Z', '2024-09-01T22:21Z');
    expect(document.interval).toBe(interval);
    for (const { periods } of document.series) expect(periods.map(({ points }) => points.size)).toEqual([1]);
  });

  it('of a calendar year of weeks run on to the end of the last week', () => {
    const document = documentOf(
      'year-ahead-total-load-forecast',
      '10YNL----------L',
      '2023-12-31T23:00Z',
      '2024-12-31T23:00Z',
    );
    expect(document.interval).toBe('2023-12-31T23:00Z/2025-01-05T23:00Z');
    expect(document.series.map(({ businessType }) => businessType)).toEqual(['A60', 'A61']);
    for (const { periods } of document.series) {
      expect(periods.map((period) => stepStarts(period, 'Europe/Amsterdam').length)).toEqual([53]);
    }
  });

  it('of days and weeks are 23 to 25 and 167 to 169 hours long around the clock changes', () => {
    const day = documentOf('week-ahead-total-load-forecast', CZ, '2024-10-26T22:00Z', '2024-10-27T23:00Z');
    expect(day.interval).toBe('2024-10-26T22:00Z/2024-10-27T23:00Z');
    const week = documentOf('month-ahead-total-load-forecast', CZ, '2024-03-27T00:00Z', '2024-03-28T00:00Z');
    expect(hoursOf(week.interval)).toBe(167);
  });
});

describe('a document', () => {
  it('is well-formed, and its interval is what its periods span', () => {
    const source = generatedAnswers();
    fc.assert(
      fc.property(
        itemArbitrary,
        areaArbitrary,
        instantArbitrary,
        minutesArbitrary,
        (item, area, from, minutes) => {
          const { body } = ask(source, [item, area, from, from.add({ minutes })], conditionsAt(NOW));
          if (Buffer.from(body).includes('Acknowledgement_MarketDocument')) return;
          const { interval, series } = readDocument(body);
          const periods = series.flatMap((one) => one.periods);
          const start = periods
            .map((period) => period.start)
            .sort()
            .at(0);
          const end = periods
            .map((period) => period.end)
            .sort()
            .at(-1);
          expect(interval).toBe(`${start}/${end}`);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has the elements of a recorded one in their order', () => {
    const { body, contentDisposition } = ask(
      generatedAnswers(),
      ['actual-total-load', CZ, '2023-03-03T00:00Z', '2023-03-03T01:00Z'],
      conditionsAt(NOW),
    );
    expect(contentDisposition).toBe('inline; filename="Actual Total Load_202303030000-202303030100.xml"');
    const text = Buffer.from(body).toString();
    expect(
      text.replace(/<mRID>\w{32}</, '<mRID><').replace(/<quantity>[\d.]+</, '<quantity><'),
    ).toBe(`<?xml version="1.0" encoding="utf-8"?>
<GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0">
  <mRID></mRID>
  <revisionNumber>1</revisionNumber>
  <type>A65</type>
  <process.processType>A16</process.processType>
  <sender_MarketParticipant.mRID codingScheme="A01">10X1001A1001A450</sender_MarketParticipant.mRID>
  <sender_MarketParticipant.marketRole.type>A32</sender_MarketParticipant.marketRole.type>
  <receiver_MarketParticipant.mRID codingScheme="A01">10X1001A1001A450</receiver_MarketParticipant.mRID>
  <receiver_MarketParticipant.marketRole.type>A33</receiver_MarketParticipant.marketRole.type>
  <createdDateTime>2026-05-07T13:17:27Z</createdDateTime>
  <time_Period.timeInterval>
    <start>2023-03-03T00:00Z</start>
    <end>2023-03-03T01:00Z</end>
  </time_Period.timeInterval>
    <TimeSeries>
      <mRID>1</mRID>
      <businessType>A04</businessType>
      <objectAggregation>A01</objectAggregation>
      <outBiddingZone_Domain.mRID codingScheme="A01">10YCZ-CEPS-----N</outBiddingZone_Domain.mRID>
      <quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name>
      <curveType>A03</curveType>
        <Period>
          <timeInterval>
            <start>2023-03-03T00:00Z</start>
            <end>2023-03-03T01:00Z</end>
          </timeInterval>
          <resolution>PT60M</resolution>
            <Point>
              <position>1</position>
              <quantity></quantity>
            </Point>
        </Period>
    </TimeSeries>
</GL_MarketDocument>`);
  });

  it('differs between two equal requests in its mRID alone', () => {
    const request = ['actual-total-load', CZ, '2023-03-03T00:00Z', '2023-03-04T00:00Z'] as const;
    const [first, second] = [1, 2].map(() =>
      Buffer.from(ask(generatedAnswers(), [...request], conditionsAt(NOW)).body).toString(),
    );
    expect(first).not.toBe(second);
    const withoutMrid = (text: string | undefined) => text?.replace(/<mRID>\w{32}</, '');
    expect(withoutMrid(first)).toBe(withoutMrid(second));
  });
});

describe('nothing is published', () => {
  it.each([
    [
      'for a code that no area has',
      'actual-total-load',
      '10YXX-NOWHERE--0',
      '2024-01-01T00:00Z',
      '2024-01-02T00:00Z',
    ],
    [
      'for what is no code',
      'actual-total-load',
      '{{outBiddingZone_Domain}}',
      '2024-01-01T00:00Z',
      '2024-01-02T00:00Z',
    ],
    [
      'for a synchronous area',
      'actual-total-load',
      '10YEU-CONT-SYNC0',
      '2024-01-01T00:00Z',
      '2024-01-02T00:00Z',
    ],
    ['before the platform began', 'actual-total-load', CZ, '2015-01-04T00:00Z', '2015-01-04T23:00Z'],
    ['before the zone began', 'actual-total-load', DE_LU, '2018-09-29T22:00Z', '2018-09-30T22:00Z'],
    [
      'after the zone ended',
      'actual-total-load',
      '10Y1001A1001A63L',
      '2018-09-30T22:00Z',
      '2018-10-01T22:00Z',
    ],
    ['for the hour that has just ended', 'actual-total-load', CZ, '2026-05-07T12:00Z', '2026-05-07T14:00Z'],
    [
      'for the day after tomorrow',
      'day-ahead-total-load-forecast',
      CZ,
      '2026-05-08T22:00Z',
      '2026-05-09T22:00Z',
    ],
  ] as const)('%s', (_case, item, area, from, to) => {
    const answer = ask(generatedAnswers({ flaws: false }), [item, area, from, to], conditionsAt(NOW));
    expect(answer.status).toBe(200);
    expect(answer.contentDisposition).toBe('inline; filename="acknowledgement.xml"');
    expect(reasonOf(answer.body)).toMatch(/^No matching data found for Data item /);
  });

  it.each([
    ['actual-total-load', 'ACTUAL_TOTAL_LOAD_R3 [6.1.A]'],
    ['day-ahead-total-load-forecast', 'DAY_AHEAD_TOTAL_LOAD_FORECAST_R3 [6.1.B]'],
    ['week-ahead-total-load-forecast', 'TOTAL_LOAD_FORECAST [6.1.C&D&E]'],
    ['month-ahead-total-load-forecast', 'TOTAL_LOAD_FORECAST [6.1.C&D&E]'],
    ['year-ahead-total-load-forecast', 'TOTAL_LOAD_FORECAST [6.1.C&D&E]'],
    ['year-ahead-forecast-margin', 'YEAR_AHEAD_FORECAST_MARGIN_R3 [8.1]'],
  ] as const)('and the answer for %s names it %s', (item, name) => {
    const answer = ask(
      generatedAnswers(),
      [item, CZ, '2031-07-02T22:00Z', '2031-08-06T22:00Z'],
      conditionsAt(NOW),
    );
    expect(reasonOf(answer.body)).toBe(
      `No matching data found for Data item ${name} (${CZ}) and interval 2031-07-02T22:00:00Z/2031-08-06T22:00:00Z.`,
    );
  });
});

describe('publication', () => {
  it('cuts an answer at what is published now', () => {
    const document = documentOf('actual-total-load', DE_LU, '2026-05-07T00:00Z', '2026-05-08T00:00Z');
    expect(document.interval).toBe('2026-05-07T00:00Z/2026-05-07T12:15Z');
  });

  it('leaves what is final alone, and first shows some of it a little differently', () => {
    const source = generatedAnswers({ flaws: false, provisionalHours: 24 });
    const window = ['actual-total-load', DE_LU, '2026-05-05T22:00Z', '2026-05-06T22:00Z'] as const;
    const first = valuesOf(source, ...window, { now: '2026-05-06T23:00Z' });
    const final = valuesOf(source, ...window, { now: '2026-05-07T23:00Z' });
    expect(valuesOf(source, ...window, { now: '2026-12-07T23:00Z' })).toEqual(final);
    expect(valuesOf(generatedAnswers({ flaws: false }), ...window)).toEqual(final);

    expect([...first.keys()]).toEqual([...final.keys()]);
    const changed = [...first].filter(([step, value]) => value !== final.get(step));
    expect(changed.length).toBeGreaterThan(10);
    expect(changed.length).toBeLessThan(86);
    for (const [step, value] of changed) {
      expect(Math.abs(Number(value) / Number(final.get(step)) - 1)).toBeLessThan(0.011);
    }
  });
});

describe('flaws', () => {
  const year = ['actual-total-load', CZ, '2022-12-31T23:00Z', '2023-12-31T23:00Z'] as const;

  it('are a few missing hours, at which a period ends, and a few points without value', () => {
    const { body } = ask(generatedAnswers(), [...year], conditionsAt(NOW));
    const values = readValues(readDocument(body), 'Europe/Prague');
    const hoursWithoutValue = [...values.values()].filter((value) => value === null).length;
    expect(readDocument(body).series[0]?.periods.length).toBeGreaterThan(1);
    expect(8760 - values.size).toBeGreaterThan(0);
    expect(8760 - values.size).toBeLessThan(60);
    expect(hoursWithoutValue).toBeGreaterThan(0);
    expect(hoursWithoutValue).toBeLessThan(60);
  });

  it('change no other value, and can be switched off', () => {
    const flawless = valuesOf(generatedAnswers({ flaws: false }), ...year);
    expect(flawless.size).toBe(8760);
    expect([...flawless.values()]).not.toContain(null);
    for (const [step, value] of valuesOf(generatedAnswers(), ...year)) {
      if (value !== null) expect(value).toBe(flawless.get(step));
    }
  });
});

function hoursOf(interval: string): number {
  const [start = '', end = ''] = interval.split('/');
  return (Date.parse(end) - Date.parse(start)) / HOUR_MS;
}
