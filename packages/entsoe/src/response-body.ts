import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { TransientError } from '@energy-data-service/domain';

/** A body has more bytes than an answer may have. */
export class BodyTooLargeError extends Error {
  constructor(limitBytes: number) {
    super(`the answer has more than ${limitBytes} bytes`);
    this.name = new.target.name;
  }
}

/**
 * Reads a body to its end, decompressing it.
 *
 * @param contentEncoding - header of that name; gzip is what we accept
 * @param maxBytes - of the decompressed body; reading stops as soon as it has more
 * @throws {BodyTooLargeError} if it is larger, {TransientError} if it is encoded otherwise
 */
export async function readBody(
  body: Readable,
  contentEncoding: string | null,
  maxBytes: number,
): Promise<Uint8Array> {
  const collect = (source: AsyncIterable<Uint8Array>) => collectBytes(source, maxBytes);
  switch (contentEncoding?.toLowerCase() ?? 'identity') {
    case 'identity':
      return pipeline(body, collect);
    case 'gzip':
      return pipeline(body, createGunzip(), collect);
    default:
      // Not destroyed here: a stream that is destroyed outside a pipeline brings its error to nobody.
      return pipeline(body, async () => {
        throw new TransientError('answer is encoded in a way that was not asked for', { contentEncoding });
      });
  }
}

async function collectBytes(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of source) {
    total += part.byteLength;
    if (total > maxBytes) throw new BodyTooLargeError(maxBytes);
    parts.push(part);
  }
  return Buffer.concat(parts, total);
}
