import {
  type AnswerDescription,
  type DocumentDescription,
  entryName,
  type PeriodDescription,
  type PointDescription,
  type SeriesDescription,
} from './answer-description.ts';
import { ITEM_CODES } from './item-codes.ts';
import { describeStretch, type Row } from './rows.ts';

/**
 * What an answer means: the rules of sections 2 to 4 of the platform's description, said as plainly as they can
 * be and without a line of the code that is proved by it.
 */
export interface Meaning {
  readonly outcome: 'data' | 'no-data';
  readonly problems: readonly string[];
  /** One per step, in the order of the answer. */
  rows(): Iterable<Row>;
}

/** The answer must not be read. */
export class Refusal extends Error {}

/** @throws {Refusal} */
export function meaningOf(answer: AnswerDescription): Meaning {
  const item = ITEM_CODES.find(({ dataset }) => dataset === answer.dataset);
  if (item === undefined) throw new Refusal('unknown dataset');
  const problems: string[] = [];
  const periods: ReadPeriod[] = [];
  answer.documents.forEach((document, i) => {
    if (document === null) return;
    demand(document.root === 'GL_MarketDocument', 'root');
    demand([null, item.documentType].includes(document.type), 'type');
    demand([null, item.processType].includes(document.processType), 'process type');
    demandCode(document.mrid);
    const label = answer.zipped ? `${entryName(i)}, ` : '';
    document.series.forEach((series, j) => {
      const place = { document: i + 1, series: j + 1, label: `${label}series ${j + 1}` };
      periods.push(...readSeries(answer, document, series, place, problems));
    });
  });
  demandAffordable(periods);
  return {
    outcome: answer.documents.some((document) => document !== null) ? 'data' : 'no-data',
    problems:
      problems.length <= 100
        ? problems
        : [...problems.slice(0, 100), `${problems.length - 100} further problems`],
    *rows() {
      for (const period of periods) if (period.isAskedFor) yield* rowsOf(period);
    },
  };
}

interface Place {
  readonly document: number;
  readonly series: number;
  readonly label: string;
}

interface ReadPeriod {
  /** Whether it is of the area that was asked for. */
  readonly isAskedFor: boolean;
  readonly description: string;
  readonly curveType: string;
  readonly steps: Steps;
  /** Values by position. */
  readonly values: ReadonlyMap<number, string | null>;
}

function readSeries(
  { dataset, area: requestedArea }: AnswerDescription,
  document: DocumentDescription,
  series: SeriesDescription,
  { label, ...place }: Place,
  problems: string[],
): ReadPeriod[] {
  const { area, curveType } = series;
  for (const code of [area, curveType, series.mrid, series.businessType, series.objectAggregation])
    demandCode(code);
  demandCode(series.unit);
  if (area === null) throw new Refusal('no area');
  demand([null, 'A01', 'A03'].includes(curveType), 'curve type');
  const isAskedFor = area === requestedArea;
  if (series.periods.length === 0) problems.push(`${label}: no Period`);
  const periods = series.periods.map((period, i) => {
    const periodLabel = `${label}, period ${i + 1}`;
    const steps = cutPeriod(period, ZONES.get(area) ?? 'Europe/Brussels');
    if (period.points.length === 0) problems.push(`${periodLabel}: no Point`);
    if (steps.fault !== null) problems.push(`${periodLabel}: ${steps.fault}`);
    const values = readPoints(period.points, steps.count, periodLabel, problems);
    const description = describeStretch({
      place: { ...place, period: i + 1 },
      documentMrid: document.mrid,
      timeSeriesMrid: series.mrid,
      curveType,
      objectAggregation: series.objectAggregation,
      key: {
        source: 'entsoe',
        dataset,
        area,
        counterArea: null,
        businessType: series.businessType,
        psrType: null,
        unitEic: null,
        assetEic: null,
        direction: null,
        processType: null,
        contractType: null,
        sequence: null,
        auctionCategory: null,
        marketProduct: null,
        priceCategory: null,
        percentile: null,
        resolution: steps.resolution,
        unit: series.unit,
        currency: null,
        quantity: 'quantity',
      },
    });
    return { isAskedFor, description, curveType: curveType ?? 'A01', steps, values };
  });
  if (!isAskedFor) {
    problems.push(
      `${label}: of area ${area}; ${requestedArea} was asked for; not stored, only the raw answer has it`,
    );
  }
  return periods;
}

function readPoints(
  points: readonly PointDescription[],
  count: number,
  label: string,
  problems: string[],
): Map<number, string | null> {
  const values = new Map<number, string | null>();
  for (const { position, value } of points) {
    demandCode(position);
    demandCode(value);
    demand(/^\+?\d+$/.test(position ?? '') && Number(position) >= 1, 'position');
    demand(value === null || /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value), 'value');
    const at = Number(position);
    const before = values.get(at);
    if (at > count)
      problems.push(`${label}: position ${position} lies beyond the last step ${count}; dropped`);
    else if (before === undefined) values.set(at, value);
    else demand(isSameNumber(before, value), 'two values of one position');
  }
  return values;
}

/** A01: a position holds its own Point. A03: it holds the nearest Point at or before it. */
function* rowsOf({ description, curveType, steps, values }: ReadPeriod): Generator<Row> {
  let held: string | null | undefined;
  for (let position = 1; position <= steps.count; position++) {
    held = curveType === 'A03' && !values.has(position) ? held : values.get(position);
    if (held !== undefined) {
      const [startMs, endMs] = steps.bounds(position);
      yield { description, startMs, endMs, value: held };
    }
  }
}

interface Steps {
  readonly kind: 'fixed' | 'calendar';
  readonly resolution: string;
  readonly count: number;
  /** What is wrong with the Period's length. */
  readonly fault: string | null;
  bounds(position: number): readonly [startMs: number, endMs: number];
}

function cutPeriod(period: PeriodDescription, zone: string): Steps {
  const start = readInstant(period.start);
  const end = readInstant(period.end);
  demand(Temporal.Instant.compare(start, end) < 0, 'interval');
  const text = period.resolution ?? '';
  demand(/^P(\d{1,5}[YMWD]|T\d{1,5}[HMS])$/.test(text), 'resolution');
  const duration = Temporal.Duration.from(text);
  demand(!duration.blank, 'resolution of nothing');
  const seconds = text.startsWith('PT') ? duration.total('seconds') : null;
  return seconds === null
    ? cutByCalendar(start, end, text, duration, zone)
    : cutBySeconds(start, end, text, seconds);
}

function cutBySeconds(start: Temporal.Instant, end: Temporal.Instant, text: string, seconds: number): Steps {
  const length = end.since(start).total('seconds');
  const count = Math.max(1, Math.floor(length / seconds));
  demand(count <= 1_000_000, 'too many steps');
  // A Period shorter than its step has one all the same, and as a whole: it alone reaches beyond its Period.
  return {
    kind: 'fixed',
    resolution: seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`,
    count,
    fault:
      length < seconds
        ? `shorter than its step of ${text}; taken for one`
        : length > count * seconds
          ? `ends within a step of ${text}; that step is left out`
          : null,
    bounds: (position) => [
      start.epochMilliseconds + (position - 1) * seconds * 1_000,
      start.epochMilliseconds + position * seconds * 1_000,
    ],
  };
}

/**
 * Steps of a calendar are cut in a zone in which the Period starts at midnight and the last of them ends exactly
 * with it: the area's, Central European time or UTC; in the area's if there is none.
 */
function cutByCalendar(
  start: Temporal.Instant,
  end: Temporal.Instant,
  text: string,
  duration: Temporal.Duration,
  areaZone: string,
): Steps {
  const cuts = [areaZone, 'Europe/Brussels', 'UTC'].map((zone) => {
    const local = start.toZonedDateTimeISO(zone);
    const ends = wholeSteps(local, end, duration);
    return {
      ends,
      fits: ends.at(-1)?.epochNanoseconds === end.epochNanoseconds,
      startsAtMidnight: local.toPlainTime().equals('00:00'),
    };
  });
  const cut = cuts.find(({ fits, startsAtMidnight }) => fits && startsAtMidnight) ?? cuts[0];
  const ends = (cut === undefined || cut.ends.length === 0 ? [end] : cut.ends).map(
    (instant) => instant.epochMilliseconds,
  );
  const { years, months, weeks, days } = duration;
  return {
    kind: 'calendar',
    resolution:
      days + weeks > 0
        ? `P${weeks * 7 + days}D`
        : months % 12 === 0
          ? `P${years + months / 12}Y`
          : `P${months}M`,
    count: ends.length,
    fault:
      cut?.fits === false && cut.ends.length > 0
        ? `ends within a step of ${text}; that step is left out`
        : null,
    bounds: (position) => [ends[position - 2] ?? start.epochMilliseconds, ends[position - 1] ?? Number.NaN],
  };
}

/** Ends of the steps that lie in the Period as a whole. */
function wholeSteps(
  start: Temporal.ZonedDateTime,
  end: Temporal.Instant,
  { years, months, weeks, days }: Temporal.Duration,
): Temporal.Instant[] {
  const ends: Temporal.Instant[] = [];
  for (let step = 1; ; step++) {
    demand(step <= 20_001, 'too many steps');
    const stepEnd = start
      .toPlainDateTime()
      .add({ years: years * step, months: months * step, weeks: weeks * step, days: days * step })
      .toZonedDateTime(start.timeZoneId)
      .toInstant();
    if (Temporal.Instant.compare(stepEnd, end) > 0) return ends;
    ends.push(stepEnd);
  }
}

/** Zones of areas; of any other, the zone is that of Brussels. Before 1980 even Central Europe kept several. */
const ZONES = new Map([
  ['10YFI-1--------U', 'Europe/Helsinki'],
  ['10YGB----------A', 'Europe/London'],
  ['10YPT-REN------W', 'Europe/Lisbon'],
  ['10Y1001A1001B012', 'Asia/Tbilisi'],
  ['10YCZ-CEPS-----N', 'Europe/Prague'],
  ['10YNL----------L', 'Europe/Amsterdam'],
  ['10YDK-1--------W', 'Europe/Copenhagen'],
  ['10YDK-2--------M', 'Europe/Copenhagen'],
  ['10YCS-CG-TSO---S', 'Europe/Podgorica'],
]);

function readInstant(text: string | null): Temporal.Instant {
  demand(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text ?? ''),
    'form of a time',
  );
  const instant = instantOrNull(text ?? '');
  if (instant === null) throw new Refusal('no such time');
  const { epochMilliseconds } = instant;
  demand(epochMilliseconds >= Date.UTC(1900) && epochMilliseconds <= Date.UTC(2200), 'era');
  demand(instant.epochNanoseconds % 1_000_000n === 0n, 'precision');
  return instant;
}

function instantOrNull(text: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(text);
  } catch {
    return null;
  }
}

/** An answer of a few bytes must not stand for more values than any real one. */
function demandAffordable(periods: readonly ReadPeriod[]): void {
  let fixed = 0;
  let calendar = 0;
  for (const { steps } of periods) {
    if (steps.kind === 'fixed') fixed += steps.count;
    else calendar += Math.max(steps.count, 10);
    demand(steps.kind === 'fixed' || steps.count <= 20_000, 'too many calendar steps');
  }
  demand(periods.length <= 100_000 && fixed <= 5_000_000 && calendar <= 100_000, 'too much');
}

function isSameNumber(a: string | null, b: string | null): boolean {
  return a === null || b === null ? a === b : scaled(a) === scaled(b);
}

/** A decimal number times 10^100; no number has more characters. */
function scaled(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.replace(/^[+-]/, '').split('.');
  const digits = BigInt(`${whole}${fraction.padEnd(100, '0')}`);
  return decimal.startsWith('-') ? -digits : digits;
}

/** Codes, names and numbers are short. */
function demandCode(text: string | null): void {
  demand((text ?? '').length <= 100, 'length');
}

function demand(condition: boolean, what: string): void {
  if (!condition) throw new Refusal(what);
}
