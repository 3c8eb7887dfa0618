/**
 * What an answer says, without how it is written. Texts are as they are meant to be read: entities decoded, no
 * white space around them; null for an element that is missing or empty. They need not be right.
 */
export interface AnswerDescription {
  /** Dataset that was asked for. */
  readonly dataset: string;
  /** Area that was asked for. */
  readonly area: string;
  /** Whether the documents come in a ZIP; without one there is exactly one document. */
  readonly zipped: boolean;
  /** null: an acknowledgement that there is no data. */
  readonly documents: readonly (DocumentDescription | null)[];
}

export interface DocumentDescription {
  /** Local name of the root element. */
  readonly root: string;
  readonly mrid: string | null;
  readonly type: string | null;
  readonly processType: string | null;
  readonly series: readonly SeriesDescription[];
}

export interface SeriesDescription {
  readonly mrid: string | null;
  readonly businessType: string | null;
  readonly objectAggregation: string | null;
  readonly area: string | null;
  readonly unit: string | null;
  readonly curveType: string | null;
  readonly periods: readonly PeriodDescription[];
}

export interface PeriodDescription {
  readonly start: string | null;
  readonly end: string | null;
  readonly resolution: string | null;
  readonly points: readonly PointDescription[];
}

export interface PointDescription {
  readonly position: string | null;
  readonly value: string | null;
}

/** Name of a document's entry in the ZIP. */
export function entryName(index: number): string {
  return `${String(index + 1).padStart(3, '0')}.xml`;
}
