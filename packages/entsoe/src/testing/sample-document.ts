import { ITEM_CODES } from './item-codes.ts';

/** An answer that is whole, to be damaged. */
export interface SampleDocument {
  readonly name: string;
  /** Dataset that it answers; actual load for what answers none of ours. */
  readonly dataset: string;
  /** Area of its first series; Belgium for what has none. */
  readonly area: string;
  readonly body: Uint8Array;
}

export function sampleDocument(name: string, body: Uint8Array): SampleDocument {
  const head = Buffer.from(body.subarray(0, 2_000)).toString('latin1');
  const [, documentType] = /<(?:\w+:)?type>(\w+)</.exec(head) ?? [];
  const [, processType] = /process\.processType>(\w+)</.exec(head) ?? [];
  const item = ITEM_CODES.find((one) => one.documentType === documentType && one.processType === processType);
  const [, area = '10YBE----------2'] = /outBiddingZone_Domain\.mRID[^>]*>([^<]+)</.exec(head) ?? [];
  return { name, dataset: item?.dataset ?? 'actual-total-load', area, body };
}
