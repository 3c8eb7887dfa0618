import type { DocumentPlace } from '@energy-data-service/domain';
import { findText } from './element.ts';
import type { XmlElement } from './xml.ts';

/** Root element of what the platform says instead of data. */
export const ACKNOWLEDGEMENT_ROOT = 'Acknowledgement_MarketDocument';

/** A reason is a sentence or two. */
const MAX_REASON_LENGTH = 10_000;

/** What an acknowledgement says, in a line. The code is left out: it is 999 for everything. */
export function readAcknowledgement(root: XmlElement): string {
  const place: DocumentPlace = { document: root.name, offset: root.offset };
  return root.children
    .filter((child) => child.name === 'Reason')
    .map((reason) => findText(reason, 'text', place, MAX_REASON_LENGTH) ?? '')
    .join(' ');
}

/** Whether the reason is that there is nothing for the request. */
export function saysNoData(reason: string): boolean {
  return /no matching data found/i.test(reason);
}
