/** A load item: how it is asked for, named and laid out. */
export interface LoadItem {
  /** Name of the item in faults, corrections and limits. */
  readonly id: LoadItemId;
  readonly documentType: 'A65' | 'A70';
  readonly processType: 'A16' | 'A01' | 'A31' | 'A32' | 'A33';
  /** The platform's internal name, which stands in its texts. */
  readonly dataItem: string;
  readonly article: string;
  /** One series for each, in this order: A60 is the minimum, A61 the maximum of a forecast. */
  readonly businessTypes: readonly ('A04' | 'A60' | 'A61' | 'A91')[];
  /** The length of a step: the area's market time unit, or a unit of its calendar. */
  readonly step: 'market-time-unit' | 'day' | 'week' | 'year';
  /** How far ahead of its steps the item is published. */
  readonly horizon: 'past' | 'day' | 'week' | 'month' | 'year';
  /** Start of the file name in Content-Disposition, separator included. */
  readonly fileNamePrefix: string;
}

export const LOAD_ITEM_IDS = [
  'actual-total-load',
  'day-ahead-total-load-forecast',
  'week-ahead-total-load-forecast',
  'month-ahead-total-load-forecast',
  'year-ahead-total-load-forecast',
  'year-ahead-forecast-margin',
] as const;
export type LoadItemId = (typeof LOAD_ITEM_IDS)[number];

/** The six load items, with names and file names as the platform answered in 2026. */
export const LOAD_ITEMS: readonly LoadItem[] = [
  {
    id: 'actual-total-load',
    documentType: 'A65',
    processType: 'A16',
    dataItem: 'ACTUAL_TOTAL_LOAD_R3',
    article: '6.1.A',
    businessTypes: ['A04'],
    step: 'market-time-unit',
    horizon: 'past',
    fileNamePrefix: 'Actual Total Load_',
  },
  {
    id: 'day-ahead-total-load-forecast',
    documentType: 'A65',
    processType: 'A01',
    dataItem: 'DAY_AHEAD_TOTAL_LOAD_FORECAST_R3',
    article: '6.1.B',
    businessTypes: ['A04'],
    step: 'market-time-unit',
    horizon: 'day',
    fileNamePrefix: 'Day-ahead Total Load Forecast_',
  },
  {
    id: 'week-ahead-total-load-forecast',
    documentType: 'A65',
    processType: 'A31',
    dataItem: 'TOTAL_LOAD_FORECAST',
    article: '6.1.C&D&E',
    businessTypes: ['A60', 'A61'],
    step: 'day',
    horizon: 'week',
    fileNamePrefix: 'Total Load Forecast ',
  },
  {
    id: 'month-ahead-total-load-forecast',
    documentType: 'A65',
    processType: 'A32',
    dataItem: 'TOTAL_LOAD_FORECAST',
    article: '6.1.C&D&E',
    businessTypes: ['A60', 'A61'],
    step: 'week',
    horizon: 'month',
    fileNamePrefix: 'Total Load Forecast ',
  },
  {
    id: 'year-ahead-total-load-forecast',
    documentType: 'A65',
    processType: 'A33',
    dataItem: 'TOTAL_LOAD_FORECAST',
    article: '6.1.C&D&E',
    businessTypes: ['A60', 'A61'],
    step: 'week',
    horizon: 'year',
    fileNamePrefix: 'Total Load Forecast ',
  },
  {
    id: 'year-ahead-forecast-margin',
    documentType: 'A70',
    processType: 'A33',
    dataItem: 'YEAR_AHEAD_FORECAST_MARGIN_R3',
    article: '8.1',
    businessTypes: ['A91'],
    step: 'year',
    horizon: 'year',
    fileNamePrefix: 'Year Ahead Forecast Margin_',
  },
];

/** The item that these two codes name together. */
export function findLoadItem(
  documentType: string | undefined,
  processType: string | undefined,
): LoadItem | undefined {
  return LOAD_ITEMS.find((item) => item.documentType === documentType && item.processType === processType);
}
