import { ZipBuffer } from 'node:zlib';
import type { TimeWindow } from '@energy-data-service/domain';
import { parseIntervalBound } from './instant-format.ts';

/** What a document says about the request that it may answer. */
export interface DocumentDescription {
  readonly documentType: string;
  readonly processType: string | null;
  /** Every EIC that stands in a domain. */
  readonly domains: ReadonlySet<string>;
  /** The document's own interval. */
  readonly window: TimeWindow;
  readonly createdAt: Temporal.Instant;
}

/**
 * Describes a recorded body: an XML document, or the first of a ZIP.
 *
 * @returns undefined for a body without document type or interval (acknowledgements, HTML, master data), which can
 * only be found by its exact request
 */
export function describeDocument(body: Uint8Array): DocumentDescription | undefined {
  const text = documentText(body);
  const documentType = /<type>([^<]+)</.exec(text)?.[1];
  const createdAt = /<createdDateTime>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)</.exec(text)?.[1];
  const interval = /<[\w.]+\.timeInterval>\s*<start>([^<]+)<\/start>\s*<end>([^<]+)</.exec(text);
  const from = parseIntervalBound(interval?.[1] ?? '');
  const to = parseIntervalBound(interval?.[2] ?? '');
  if (!documentType || !createdAt || !from || !to) return undefined;
  return {
    documentType,
    processType: /<process\.processType>([^<]+)</.exec(text)?.[1] ?? null,
    domains: new Set([...text.matchAll(/_?[dD]omain\.mRID[^>]*>([^<]+)</g)].flatMap(([, eic]) => eic ?? [])),
    window: { from, to },
    createdAt: Temporal.Instant.from(createdAt),
  };
}

function documentText(body: Uint8Array): string {
  if (!isZip(body)) return Buffer.from(body).toString();
  const [first] = new ZipBuffer(body).values();
  return first ? first.contentSync().toString() : '';
}

/** Whether a body is a ZIP, by its first two bytes. */
export function isZip(body: Uint8Array): boolean {
  return body[0] === 0x50 && body[1] === 0x4b;
}
