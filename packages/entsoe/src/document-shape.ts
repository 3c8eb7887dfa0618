/** Where the documents of one root element keep what a series is told by. Names are local names. */
export interface DocumentShape {
  readonly series: string;
  readonly period: string;
  /** Element of the TimeSeries that holds the area. */
  readonly area: string;
  /** Element of the TimeSeries that holds the unit of measure; it was renamed between versions. */
  readonly unit: readonly string[];
  /** Element of the Point that holds the value. */
  readonly value: string;
}

/** Root elements of documents that hold series. */
export const DOCUMENT_SHAPES = {
  GL_MarketDocument: {
    series: 'TimeSeries',
    period: 'Period',
    area: 'outBiddingZone_Domain.mRID',
    unit: ['quantity_Measure_Unit.name', 'quantity_Measurement_Unit.name'],
    value: 'quantity',
  },
} as const satisfies Record<string, DocumentShape>;

export type MarketDocumentRoot = keyof typeof DOCUMENT_SHAPES;
