import type { DocumentPlace } from '@energy-data-service/domain';
import { findText } from './element.ts';
import type { XmlElement } from './xml.ts';

/** Root element of what the platform says instead of data. */
export const ACKNOWLEDGEMENT_ROOT = 'Acknowledgement_MarketDocument';

/** A Reason is a sentence or two. */
const MAX_REASON_LENGTH = 10_000;
/** Of all Reasons together; what is longer is cut. */
const MAX_TEXT_LENGTH = 1_000;

export interface Acknowledgement {
  /** There is nothing for the request, and no other Reason is given. */
  readonly isNoData: boolean;
  /** What it says, in a line of at most 1,000 characters. The codes are left out: they are 999 for everything. */
  readonly reason: string;
}

/**
 * @param redact - takes out of a text what must not go on
 * @throws {DocumentError} if a Reason is longer than any that was seen
 */
export function readAcknowledgement(
  root: XmlElement,
  redact: (text: string) => string = (text) => text,
): Acknowledgement {
  const place: DocumentPlace = { document: root.name, offset: root.offset };
  const reasons = root.children
    .filter((child) => child.name === 'Reason')
    .map((reason) => findText(reason, 'text', place, MAX_REASON_LENGTH) ?? '');
  return {
    isNoData: reasons.length > 0 && reasons.every((reason) => /no matching data found/i.test(reason)),
    // Half of what has to be taken out would not be recognized.
    reason: redact(reasons.join(' ')).slice(0, MAX_TEXT_LENGTH),
  };
}
