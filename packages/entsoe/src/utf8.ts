import { DocumentError } from '@energy-data-service/domain';
import { NAMELESS_DOCUMENT } from './nameless-document.ts';

/**
 * Text of bytes in UTF-8, without the byte order mark.
 *
 * @param entry - the document's name, for errors
 * @throws {DocumentError} with the offset of the first byte that is wrong
 */
export function decodeUtf8(bytes: Uint8Array, entry: string | null = null): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const place = { document: entry ?? NAMELESS_DOCUMENT, byteOffset: firstInvalidByte(bytes) };
    throw new DocumentError('document is not valid UTF-8', place, { cause });
  }
}

/** Decoded leniently, whatever is wrong becomes U+FFFD; the first that was not written so is the place. */
function firstInvalidByte(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString();
  let byteOffset = 0;
  let from = 0;
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', from)) {
    byteOffset += Buffer.byteLength(text.slice(from, at));
    if (buffer.toString('latin1', byteOffset, byteOffset + 3) !== '\xEF\xBF\xBD') return byteOffset;
    byteOffset += 3;
    from = at + 1;
  }
  return buffer.length;
}
