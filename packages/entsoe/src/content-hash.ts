import { createHash, type Hash } from 'node:crypto';
import { DocumentError } from '@energy-data-service/domain';
import { isZip, readZip } from './zip.ts';

/**
 * SHA-256 of what an answer says: its body without the document's own `mRID`, `createdDateTime` and
 * `revisionNumber`, which differ between two answers that are otherwise equal. What the TimeSeries hold stays.
 * Of a ZIP, what its entries say in their order; of a damaged one, its bytes.
 *
 * Two answers with the same hash say the same. The reverse does not hold: white space counts.
 */
export function contentHash(body: Uint8Array): Uint8Array {
  if (!isZip(body)) return hashDocument(createHash('sha256'), body).digest();
  try {
    const hash = createHash('sha256');
    for (const { bytes } of readZip(body)) hash.update(hashDocument(createHash('sha256'), bytes).digest());
    return hash.digest();
  } catch (error) {
    // The parser says what is wrong with it, once it is stored.
    if (error instanceof DocumentError) return createHash('sha256').update(body).digest();
    throw error;
  }
}

const VARYING =
  /<(mRID|revisionNumber|createdDateTime|received_MarketDocument\.createdDateTime)>[^<]*<\/\1>/g;

function hashDocument(hash: Hash, document: Uint8Array): Hash {
  const buffer = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  const seriesStart = buffer.indexOf('TimeSeries');
  const headEnd = seriesStart === -1 ? buffer.length : seriesStart;
  // Latin-1 maps bytes to characters and back one to one, whatever they are.
  const head = buffer.toString('latin1', 0, headEnd).replaceAll(VARYING, '');
  return hash.update(head, 'latin1').update(buffer.subarray(headEnd));
}
