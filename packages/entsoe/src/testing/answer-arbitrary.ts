import fc from 'fast-check';
import type {
  AnswerDescription,
  DocumentDescription,
  PeriodDescription,
  PointDescription,
  SeriesDescription,
} from './answer-description.ts';
import { ITEM_CODES } from './item-codes.ts';

/** Mostly the first, once in about `rarity` times the second. */
function mostly<A, B>(usual: fc.Arbitrary<A>, rare: fc.Arbitrary<B>, rarity = 300): fc.Arbitrary<A | B> {
  return fc.oneof({ weight: rarity, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

function optionalText(...texts: readonly [string, ...string[]]): fc.Arbitrary<string | null> {
  return fc.option(fc.constantFrom(...texts), { freq: 4 });
}

/** Areas of several time zones, and codes that no area has. */
const AREAS = [
  '10YBE----------2',
  '10YFI-1--------U',
  '10YGB----------A',
  '10YPT-REN------W',
  '10Y1001A1001B012',
  '10YXX-NOWHERE--0',
  'constructor',
] as const;

/** Of seconds, and the usual ones of minutes and hours. */
const FIXED_STEPS = ['PT1S', 'PT4S', 'PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT60M', 'PT1H', 'PT90M'] as const;
const CALENDAR_STEPS = ['P1D', 'P2D', 'P7D', 'P1W', 'P1M', 'P3M', 'P12M', 'P1Y'] as const;

/** Days around changes of the clock, leap days, and ends of months and years. */
const DAYS = [
  '2024-03-30',
  '2024-03-31',
  '2024-10-26',
  '2024-10-27',
  '2024-03-25',
  '2024-10-21',
  '2024-01-01',
  '2023-12-31',
  '2024-02-01',
  '2024-01-31',
  '2020-02-29',
  '2015-01-05',
] as const;

const dayStart: fc.Arbitrary<Temporal.ZonedDateTime> = fc
  .tuple(
    fc.constantFrom(...DAYS),
    fc.constantFrom('Europe/Brussels', 'Europe/Brussels', 'UTC', 'Europe/Helsinki', 'Europe/London'),
    fc.constantFrom('00:00', '00:00', '00:00', '02:30', '06:00', '23:00'),
  )
  .map(([day, zone, time]) => Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(zone));

/** Seconds by which a Period is longer than its steps. */
const surplus = fc.constantFrom(...Array<number>(12).fill(0), 1, 600, 7_200);

/** Periods of one series, one after the other: adjacent or with gaps, of differing resolutions. */
function consecutivePeriods(): fc.Arbitrary<PeriodDescription[]> {
  return fc
    .tuple(
      dayStart,
      fc.array(
        fc.tuple(fc.constantFrom(...FIXED_STEPS), fc.constantFrom(1, 2, 5, 24), fc.constantFrom(0, 0, 3_600)),
        { minLength: 1, maxLength: 4 },
      ),
    )
    .chain(([first, lengths]) => {
      let start = first.toInstant();
      const periods = lengths.map(([resolution, count, gapSeconds]) => {
        const end = start.add(Temporal.Duration.from({ seconds: secondsOf(resolution) * count }));
        const period = periodArbitrary(start, end, resolution, count);
        start = end.add({ seconds: gapSeconds });
        return period;
      });
      return fc.tuple(...periods);
    });
}

/** A Period anywhere: of any resolution, of a length that need not fit it. */
function loosePeriod(): fc.Arbitrary<PeriodDescription> {
  const fixed = fc
    .tuple(
      dayStart,
      fc.constantFrom(...FIXED_STEPS),
      fc.constantFrom(0, 1, 2, 3, 7, 23, 24, 25, 92, 96, 100),
      surplus,
    )
    .chain(([first, resolution, count, surplusSeconds]) => {
      const start = first.toInstant();
      const end = start.add({ seconds: secondsOf(resolution) * count + surplusSeconds });
      return periodArbitrary(start, end, resolution, count);
    });
  const calendar = fc
    .tuple(dayStart, fc.constantFrom(...CALENDAR_STEPS), fc.constantFrom(0, 1, 2, 3, 7, 12), surplus)
    .chain(([first, resolution, count, surplusSeconds]) => {
      const { years, months, weeks, days } = Temporal.Duration.from(resolution);
      const end = first
        .add({ years: years * count, months: months * count, weeks: weeks * count, days: days * count })
        .add({ seconds: surplusSeconds });
      return periodArbitrary(first.toInstant(), end.toInstant(), resolution, count);
    });
  return fc.oneof(fixed, calendar);
}

function secondsOf(resolution: string): number {
  return Temporal.Duration.from(resolution).total('seconds');
}

function periodArbitrary(
  start: Temporal.Instant,
  end: Temporal.Instant,
  resolution: string,
  count: number,
): fc.Arbitrary<PeriodDescription> {
  return fc.record({
    start: mostly(spellingOf(start), fc.constantFrom(null, '2024-02-30T00:00Z', '2024-01-01T00:00')),
    end: mostly(spellingOf(end), fc.constantFrom('2024-01-14', '1899-12-31T23:00Z', '2024-01-01T00:00:60Z')),
    resolution: mostly(
      fc.constant(resolution),
      fc.constantFrom(null, '15M', 'PT', 'PT0M', 'P1DT1H', '-PT1H', 'PT1.5H', 'PT99999H', 'P99999Y'),
    ),
    points: pointsArbitrary(Math.max(1, count)),
  });
}

/** Ways to write one instant. */
function spellingOf(instant: Temporal.Instant): fc.Arbitrary<string> {
  const usual = instant.toString({
    smallestUnit: instant.epochMilliseconds % 60_000 === 0 ? 'minute' : 'second',
  });
  return fc.constantFrom(
    usual,
    usual,
    usual,
    instant.toString({ smallestUnit: 'millisecond' }),
    instant.toString({ smallestUnit: 'second', timeZone: '+02:00' }),
  );
}

const value: fc.Arbitrary<string | null> = mostly(
  mostly(
    fc.oneof(
      fc.constantFrom('0', '-1', '7.50', '7.5', '007', '-0.0', '123456789012.123456', null),
      fc.tuple(fc.nat(99_999), fc.nat(999)).map(([whole, fraction]) => `${whole}.${fraction}`),
    ),
    fc.constantFrom('+1', '.5', '5.', '1'.repeat(30)),
    20,
  ),
  fc.constantFrom('NaN', '1e3', '1,5', '٣', '0x10', '--1', '.', '1 2', '1'.repeat(101)),
  1_000,
);

/** Points of a Period of so many steps: some or all, in any order, repeated, beyond the end. */
function pointsArbitrary(count: number): fc.Arbitrary<PointDescription[]> {
  const positions = Array.from({ length: count }, (_, i) => i + 1);
  return fc
    .record({
      first: fc.oneof(
        fc.constant(positions),
        fc.subarray(positions),
        fc.shuffledSubarray(positions),
        fc.subarray(positions, { maxLength: Math.min(count, 4) }),
      ),
      values: fc.array(value, { minLength: 1, maxLength: 20 }),
      repeated: fc.oneof(
        { weight: 4, arbitrary: fc.constant<number[]>([]) },
        { weight: 1, arbitrary: fc.subarray(positions, { maxLength: Math.min(count, 2) }) },
      ),
      others: fc.oneof(
        { weight: 10, arbitrary: fc.constant<PointDescription[]>([]) },
        { weight: 1, arbitrary: fc.array(unusualPoint(count), { maxLength: 3 }) },
      ),
    })
    .map(({ first, values, repeated, others }) => {
      const pointAt = (position: number) => ({
        position: String(position),
        value: values[position % values.length] ?? null,
      });
      return [...first.map(pointAt), ...repeated.map(pointAt), ...others];
    });
}

function unusualPoint(count: number): fc.Arbitrary<PointDescription> {
  return fc.record({
    position: mostly(
      fc.constantFrom(`+${count}`, `00${count}`, `${count + 1}`, `${count + 2}`, '999999999', '9'.repeat(90)),
      fc.constantFrom(null, '0', '-1', '1.0', '1e2', '٣', '1'.repeat(101)),
      30,
    ),
    value,
  });
}

function seriesArbitrary(requestedArea: string): fc.Arbitrary<SeriesDescription> {
  return fc.record({
    mrid: optionalText('1', '22'),
    businessType: optionalText('A04', 'A60', 'A61', 'A91'),
    objectAggregation: optionalText('A01'),
    area: mostly(mostly(fc.constant(requestedArea), fc.constantFrom(...AREAS), 5), fc.constant(null)),
    unit: optionalText('MAW', 'MWH'),
    curveType: mostly(
      fc.constantFrom('A01', 'A01', 'A03', 'A03', null),
      fc.constantFrom('A02', 'A04', 'A05', 'a03', 'A3'),
      100,
    ),
    periods: fc
      .oneof(consecutivePeriods(), fc.array(loosePeriod(), { maxLength: 3 }))
      .chain((periods) => fc.shuffledSubarray(periods, { minLength: periods.length })),
  });
}

function documentArbitrary(
  documentType: string,
  processType: string,
  requestedArea: string,
): fc.Arbitrary<DocumentDescription> {
  return fc.record({
    root: fc.constant('GL_MarketDocument'),
    mrid: optionalText('a3f0', 'Ä & <b>', 'é'),
    type: mostly(fc.constantFrom(documentType, documentType, null), fc.constantFrom('A44', 'a65')),
    processType: mostly(fc.constantFrom(processType, processType, null), fc.constantFrom('A47', 'A1 6')),
    series: fc.array(seriesArbitrary(requestedArea), { maxLength: 3, size: 'max' }),
  });
}

/** Answers over the whole grammar of the platform's documents; one in a few holds what must not be read. */
export const answerArbitrary: fc.Arbitrary<AnswerDescription> = fc
  .tuple(fc.constantFrom(...ITEM_CODES), fc.constantFrom(...AREAS))
  .chain(([{ dataset, documentType, processType }, area]) => {
    const document = documentArbitrary(documentType, processType, area);
    const single = {
      dataset: fc.constant(dataset),
      area: fc.constant(area),
      zipped: fc.constant(false),
    };
    return fc.oneof(
      { weight: 4, arbitrary: fc.record({ ...single, documents: fc.tuple(document) }) },
      {
        weight: 1,
        arbitrary: fc.record({
          ...single,
          zipped: fc.constant(true),
          documents: fc.array(fc.option(document, { freq: 4 }), { minLength: 1, maxLength: 3 }),
        }),
      },
    );
  });
