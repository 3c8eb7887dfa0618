import { createHash } from 'node:crypto';
import {
  type Answer,
  AREAS,
  type CollectRequest,
  createSeriesKey,
  type ParsedAnswer,
} from '@energy-data-service/domain';
import { loadDocument } from './load-document.ts';
import { decimalText, loadHundredths } from './load-values.ts';

export const QUARTER_HOUR_MS = 900_000;
export const QUARTER_HOURS_OF_YEAR = 365 * 96;
const YEAR_START = Temporal.Instant.from('2022-12-31T23:00:00Z');

/** Actual load of one series by quarter hours, from the start of the request's window on. */
export interface SeriesLoad {
  readonly request: CollectRequest;
  readonly businessType: string;
  readonly values: readonly string[];
}

/** Series-years of as many areas. */
export function seriesYears(count: number): SeriesLoad[] {
  return loadYears(count, 0);
}

/** The same series-years with every value raised by a hundredth of a megawatt. */
export function correctedSeriesYears(count: number): SeriesLoad[] {
  return loadYears(count, 1);
}

function loadYears(count: number, raise: number): SeriesLoad[] {
  return AREAS.filter(({ kinds }) => kinds.includes('BZN'))
    .slice(0, count)
    .map(({ eic }, i) => ({
      request: loadRequest(eic, QUARTER_HOURS_OF_YEAR),
      businessType: 'A04',
      values: loadHundredths(QUARTER_HOURS_OF_YEAR, i).map((hundredths) => decimalText(hundredths + raise)),
    }));
}

/** A request for actual load. */
export function loadRequest(area: string, quarterHours: number, from = YEAR_START): CollectRequest {
  return {
    source: 'entsoe',
    dataset: 'actual-total-load',
    area,
    counterArea: null,
    window: { from, to: from.add({ minutes: 15 * quarterHours }) },
  };
}

/** The document that tells of the load. */
export function toDocument(load: SeriesLoad): Uint8Array {
  return loadDocument(load.request, [load]);
}

/** The answer that consists of these bytes. */
export function toAnswer(body: Uint8Array): Answer {
  return {
    kind: 'answer',
    status: 200,
    mediaType: 'text/xml',
    body,
    contentHash: createHash('sha256').update(body).digest(),
  };
}

/** What the parser makes of the document. */
export function parsedLoad({ request, businessType, values }: SeriesLoad): ParsedAnswer {
  return {
    outcome: 'data',
    problems: [],
    observations: [
      {
        key: createSeriesKey({
          source: request.source,
          dataset: request.dataset,
          area: request.area,
          businessType,
          resolution: 'PT15M',
          unit: 'MAW',
          quantity: 'quantity',
        }),
        block: {
          kind: 'fixed',
          startMs: request.window.from.epochMilliseconds,
          stepMs: QUARTER_HOUR_MS,
          values,
        },
        documentMrid: '0123456789abcdef0123456789abcdef',
        timeSeriesMrid: '1',
        curveType: 'A03',
        objectAggregation: 'A01',
        place: { document: 1, series: 1, period: 1 },
      },
    ],
  };
}
