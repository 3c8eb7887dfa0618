import {
  type Block,
  type CollectRequest,
  createSeriesKey,
  type Observation,
  startOf,
  type Value,
} from '@energy-data-service/domain';
import fc from 'fast-check';

const MINUTE_MS = 60_000;
const MINUTE_US = 60_000_000;

/** Writers at most of one plan. */
export const MAX_WRITERS = 6;

/** The day before the clocks of Europe go forward. */
const START = Temporal.Instant.from('2024-03-30T00:00:00Z');

/** So late that the first of two days is settled by any answer, and the second one only where it is given values. */
const FIRST_RECEIPT = Temporal.Instant.from('2024-04-30T05:02:00Z');

const CZECHIA = '10YCZ-CEPS-----N';
const GERMANY = '10Y1001A1001A82H';

/** A window that holds every instant of every generated answer. */
export const EVERYTHING = {
  from: Temporal.Instant.from('2020-01-01T00:00:00Z'),
  to: Temporal.Instant.from('2030-01-01T00:00:00Z'),
};

/** One answer of a source, and when it was received. */
export interface Delivery {
  readonly request: CollectRequest;
  readonly observations: readonly Observation[];
  readonly receivedAt: Temporal.Instant;
}

/** In which order deliveries are processed, and by whom. */
export interface Plan {
  /** Ascending by the time of receipt. */
  readonly deliveries: readonly Delivery[];
  /** Every delivery at least once. */
  readonly order: readonly Attempt[];
  readonly writers: number;
}

export interface Attempt {
  /** Index of the delivery. */
  readonly delivery: number;
  /** After how many statements the connection breaks; null if it holds. */
  readonly cutAfter: number | null;
}

/** A stretch of a series of any area. */
type Stretch = (area: string) => Observation;

const value: fc.Arbitrary<Value> = fc.option(fc.constantFrom('0', '1', '1.0', '-0.50', '2'), { freq: 8 });

/** Steps of equal length, in any phase of a quarter of an hour, also across the change of the clocks. */
const fixedStretch: fc.Arbitrary<Stretch> = fc
  .record({
    stepMinutes: fc.constantFrom(15, 30, 60),
    // Few places, so that stretches meet; one is in another chunk of TimescaleDB.
    startMinutes: fc
      .tuple(fc.constantFrom(0, 0, 24 * 60, 40 * 24 * 60), fc.nat(5))
      .map(([day, quarters]) => day + quarters * 15),
    values: fc.array(value, { maxLength: 4 }),
  })
  .map(({ stepMinutes, startMinutes, values }) =>
    stretch(`PT${stepMinutes}M`, {
      kind: 'fixed',
      startMs: START.epochMilliseconds + startMinutes * MINUTE_MS,
      stepMs: stepMinutes * MINUTE_MS,
      values,
    }),
  );

/** Days, months and years of a calendar, cut in one time zone or another. */
const calendarStretch: fc.Arbitrary<Stretch> = fc
  .record({
    unit: fc.constantFrom('day', 'month', 'year'),
    timezone: fc.constantFrom('Europe/Prague', 'Europe/Helsinki'),
    skipped: fc.nat(2),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  })
  .map(({ unit, timezone, skipped, values }) => {
    const starts = Array.from({ length: values.length + 1 }, (_, i) => {
      const date = START.toZonedDateTimeISO(timezone).add({ [`${unit}s`]: skipped + i });
      return startOf(unit, date.toInstant(), timezone).epochMilliseconds;
    });
    const resolution = { day: 'P1D', month: 'P1M', year: 'P1Y' }[unit];
    const block = { startsMs: starts.slice(0, -1), endMs: starts.at(-1) ?? Number.NaN, values };
    return stretch(resolution, { kind: 'calendar', ...block });
  });

function stretch(resolution: string, block: Block): Stretch {
  return (area) => ({
    key: createSeriesKey({
      source: 'entsoe',
      dataset: 'actual-total-load',
      area,
      resolution,
      quantity: 'quantity',
    }),
    block,
    documentMrid: 'document',
    timeSeriesMrid: '1',
    curveType: 'A03',
    objectAggregation: 'A01',
    place: { document: 1, series: 1, period: 1 },
  });
}

/** Hours of one series, so few that nearly all answers contradict each other, and themselves. */
const contestedStretch: fc.Arbitrary<Stretch> = fc
  .record({
    // In few phases, so that some begin within a step of two others.
    startMinutes: fc.constantFrom(0, 15, 30, 45),
    values: fc.array(fc.constantFrom('1', '2'), { minLength: 1, maxLength: 3 }),
  })
  .map(({ startMinutes, values }) =>
    stretch('PT60M', {
      kind: 'fixed',
      startMs: START.epochMilliseconds + startMinutes * MINUTE_MS,
      stepMs: 60 * MINUTE_MS,
      values,
    }),
  );

function requestOf(areas: readonly string[]): fc.Arbitrary<CollectRequest> {
  return fc
    .record({ area: fc.constantFrom(...areas), hours: fc.constantFrom([0, 24], [0, 24], [0, 48], [12, 24]) })
    .map(({ area, hours: [from = 0, to = 0] }) => {
      const window = { from: START.add({ hours: from }), to: START.add({ hours: to }) };
      return { source: 'entsoe', dataset: 'actual-total-load', area, counterArea: null, window };
    });
}

/**
 * Answers to several requests, most of them for one area so that they meet. They are drawn from few, so that many
 * repeat the last one, and many go back to the one before; those without a stretch say "no data".
 */
function deliveriesOf(
  stretches: fc.Arbitrary<Stretch>,
  maxStretches: number,
  request: fc.Arbitrary<CollectRequest>,
): fc.Arbitrary<Delivery[]> {
  const answers = fc.array(fc.array(stretches, { maxLength: maxStretches, size: 'max' }), {
    minLength: 1,
    maxLength: 3,
    size: 'max',
  });
  return answers.chain((some) =>
    fc
      .array(fc.record({ request, answer: fc.constantFrom(...some) }), {
        minLength: 1,
        maxLength: 8,
        size: 'max',
      })
      .map((received) =>
        received.map(({ request, answer }, i) => ({
          request,
          observations: answer.map((observe) => observe(request.area)),
          receivedAt: FIRST_RECEIPT.add({ microseconds: i * MINUTE_US + i }),
        })),
      ),
  );
}

const deliveries = fc.oneof(
  deliveriesOf(contestedStretch, 8, requestOf([CZECHIA])),
  deliveriesOf(
    fc.oneof({ weight: 3, arbitrary: fixedStretch }, calendarStretch),
    4,
    requestOf([CZECHIA, CZECHIA, GERMANY]),
  ),
);

/**
 * Deliveries in any order, some of them repeated.
 *
 * @param cuts - after how many statements the connection of an attempt breaks, null if it holds
 */
export function planOf(cuts: fc.Arbitrary<number | null>): fc.Arbitrary<Plan> {
  return deliveries.chain((received) =>
    fc.record({
      deliveries: fc.constant(received),
      order: fc.array(fc.nat(received.length - 1), { maxLength: 4 }).chain((repeated) => {
        const all = [...received.keys(), ...repeated];
        return fc
          .shuffledSubarray(all, { minLength: all.length })
          .chain((order) =>
            fc.tuple(
              ...order.map((delivery) => fc.record({ delivery: fc.constant(delivery), cutAfter: cuts })),
            ),
          );
      }),
      writers: fc.integer({ min: 1, max: MAX_WRITERS }),
    }),
  );
}
