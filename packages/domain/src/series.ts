/**
 * What tells one time series from every other. Two series differ in at least one of these, and nothing that
 * changes from answer to answer (document or series mRID, position, creation time) is among them.
 * Codes are kept as published; null where an item has no such field.
 */
export interface SeriesKey {
  readonly source: string;
  readonly dataset: string;
  /** EIC; of a flow, schedule or capacity the exporting side. */
  readonly area: string;
  /** EIC of the importing side. */
  readonly counterArea: string | null;
  readonly businessType: string | null;
  readonly psrType: string | null;
  /** EIC of a generation or production unit. */
  readonly unitEic: string | null;
  /** EIC of another asset, such as a line. */
  readonly assetEic: string | null;
  readonly direction: string | null;
  readonly processType: string | null;
  readonly contractType: string | null;
  /** Position of the auction's classification sequence. */
  readonly sequence: string | null;
  readonly auctionCategory: string | null;
  readonly marketProduct: string | null;
  readonly priceCategory: string | null;
  readonly percentile: string | null;
  /** ISO 8601 duration, as published. */
  readonly resolution: string;
  /** Unit of measure, such as MAW. */
  readonly unit: string | null;
  readonly currency: string | null;
  /** The point's element that holds the value: `quantity`, `price.amount` … */
  readonly quantity: string;
}

/** What every series has; a source names these, and of the others those that its item knows. */
type RequiredField = 'source' | 'dataset' | 'area' | 'resolution' | 'quantity';

/** A series key whose fields are null where the item has none. */
export function createSeriesKey(fields: Pick<SeriesKey, RequiredField> & Partial<SeriesKey>): SeriesKey {
  return {
    counterArea: null,
    businessType: null,
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
    unit: null,
    currency: null,
    ...fields,
  };
}

/** The fields of a series key in the order of the table's columns. */
export const SERIES_KEY_FIELDS = [
  'source',
  'dataset',
  'area',
  'counterArea',
  'businessType',
  'psrType',
  'unitEic',
  'assetEic',
  'direction',
  'processType',
  'contractType',
  'sequence',
  'auctionCategory',
  'marketProduct',
  'priceCategory',
  'percentile',
  'resolution',
  'unit',
  'currency',
  'quantity',
] as const satisfies readonly (keyof SeriesKey)[];

/** One text per series identity, for use as a key of a map and as a total order. */
export function seriesKeyText(key: SeriesKey): string {
  return JSON.stringify(SERIES_KEY_FIELDS.map((field) => key[field]));
}
