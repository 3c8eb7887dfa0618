import { type Dataset, PermanentError, type Poll } from '@energy-data-service/domain';
import type { MarketDocumentRoot } from './document-shape.ts';

/** An item of the catalogue, with what has to be said to ask for it and what the answer must then be. */
export interface EntsoeItem {
  readonly dataset: Dataset;
  readonly documentType: string;
  readonly processType: string;
  /** Name of the request parameter that carries the area. */
  readonly areaParameter: string;
  /** Root element of an answer that holds data. */
  readonly root: MarketDocumentRoot;
}

const MINUTES_PER_DAY = 24 * 60;

/**
 * The documentation allows a year, and nobody knows whether a year of 366 days is one. Since September 2026 the
 * platform has refused more than a month of some items; such a refusal is learnt, item by item.
 */
const LONGEST_WINDOW_DAYS = 365;

function loadItem(
  documentType: string,
  processType: string,
  dataset: Pick<Dataset, 'id' | 'title' | 'article' | 'dataType' | 'resolutions' | 'polls'>,
): EntsoeItem {
  return {
    dataset: {
      ...dataset,
      source: 'entsoe',
      regulation: 'Regulation (EU) No 543/2013',
      group: 'load',
      unit: { name: 'MAW', kind: 'power' },
      licence: 'CC BY 4.0, attribution: ENTSO-E Transparency Platform',
      areaKinds: ['BZN', 'CTA', 'CTY'],
      border: false,
      maxWindowDays: LONGEST_WINDOW_DAYS,
    },
    documentType,
    processType,
    areaParameter: 'outBiddingZone_Domain',
    root: 'GL_MarketDocument',
  };
}

function live(everyMinutes: number, unit: Poll['unit'], first: number, last: number): Poll {
  return { priority: 'live', everyMinutes, unit, first, last };
}

function heal(everyMinutes: number, unit: Poll['unit'], first: number, last: number): Poll {
  return { priority: 'heal', everyMinutes, unit, first, last };
}

/**
 * What can be asked for. The rhythm of the polls follows the deadlines of the regulation: a live poll comes
 * round several times between two publications, a heal poll re-reads as far back as values have been seen to
 * change without notice.
 *
 * No poll of actual or day-ahead load is longer than 30 days, so that the usual work goes on where only a month
 * is allowed.
 */
export const ENTSOE_ITEMS: readonly EntsoeItem[] = [
  loadItem('A65', 'A16', {
    id: 'actual-total-load',
    title: 'Actual total load',
    article: '6.1.A',
    dataType: 'actual',
    resolutions: ['PT15M', 'PT30M', 'PT60M'],
    // Due within an hour of the market time unit; the first estimates move for about three days.
    polls: [live(10, 'day', -3, 1), heal(MINUTES_PER_DAY, 'day', -32, -3)],
  }),
  loadItem('A65', 'A01', {
    id: 'day-ahead-total-load-forecast',
    title: 'Day-ahead total load forecast',
    article: '6.1.B',
    dataType: 'day_ahead',
    resolutions: ['PT15M', 'PT60M'],
    // Due two hours before gate closure, for tomorrow; updated when it changes much.
    polls: [live(30, 'day', -3, 2), heal(MINUTES_PER_DAY, 'day', -32, -3)],
  }),
  loadItem('A65', 'A31', {
    id: 'week-ahead-total-load-forecast',
    title: 'Week-ahead total load forecast',
    article: '6.1.C',
    dataType: 'week_ahead',
    resolutions: ['P1D'],
    // Due each Friday, for the next week.
    polls: [live(240, 'week', -1, 3), heal(MINUTES_PER_DAY, 'week', -6, -1)],
  }),
  loadItem('A65', 'A32', {
    id: 'month-ahead-total-load-forecast',
    title: 'Month-ahead total load forecast',
    article: '6.1.D',
    dataType: 'month_ahead',
    resolutions: ['P7D'],
    // Due a week before the month.
    polls: [live(720, 'month', -1, 3), heal(7 * MINUTES_PER_DAY, 'month', -6, -1)],
  }),
  loadItem('A65', 'A33', {
    id: 'year-ahead-total-load-forecast',
    title: 'Year-ahead total load forecast',
    article: '6.1.E',
    dataType: 'year_ahead',
    resolutions: ['P7D'],
    // Due by the 15th of the month before the year.
    polls: [live(MINUTES_PER_DAY, 'year', 0, 2), heal(7 * MINUTES_PER_DAY, 'year', -1, 0)],
  }),
  loadItem('A70', 'A33', {
    id: 'year-ahead-forecast-margin',
    title: 'Year-ahead forecast margin',
    article: '8.1',
    dataType: 'forecast_margin',
    resolutions: ['P1Y'],
    // Due by the 15th of the month before the year.
    polls: [live(MINUTES_PER_DAY, 'year', 0, 2), heal(7 * MINUTES_PER_DAY, 'year', -1, 0)],
  }),
];

const byId = new Map(ENTSOE_ITEMS.map((item) => [item.dataset.id, item]));

/** @throws {PermanentError} if there is no such dataset */
export function getItem(datasetId: string): EntsoeItem {
  const item = byId.get(datasetId);
  if (item === undefined) throw new PermanentError('unknown dataset', { dataset: datasetId });
  return item;
}
