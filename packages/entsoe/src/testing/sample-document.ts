import { ENTSOE_ITEMS } from '../datasets.ts';

/** An answer that is whole, to be damaged. */
export interface SampleDocument {
  readonly name: string;
  /** Dataset that it answers; actual load for what answers none of ours. */
  readonly dataset: string;
  readonly body: Uint8Array;
}

export function sampleDocument(name: string, body: Uint8Array): SampleDocument {
  const head = Buffer.from(body.subarray(0, 2_000)).toString('latin1');
  const [, documentType] = /<(?:\w+:)?type>(\w+)</.exec(head) ?? [];
  const [, processType] = /process\.processType>(\w+)</.exec(head) ?? [];
  const item = ENTSOE_ITEMS.find(
    (one) => one.documentType === documentType && one.processType === processType,
  );
  return { name, dataset: item?.dataset.id ?? 'actual-total-load', body };
}
