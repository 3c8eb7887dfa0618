import { Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { TransientError } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { BodyTooLargeError, readBody } from './response-body.ts';

const LIMIT = 1_000_000;
const ZEROS = Buffer.alloc(100_000);

/** The same bytes over and over, without end. */
function endless(bytes: Uint8Array): Readable {
  function* parts() {
    for (;;) yield bytes;
  }
  return Readable.from(parts(), { objectMode: false });
}

describe('a body', () => {
  it('may have exactly as many bytes as allowed, compressed or not', async () => {
    const whole = Buffer.alloc(LIMIT, 'x');
    const plain = await readBody(Readable.from([whole]), null, LIMIT);
    const decompressed = await readBody(Readable.from([gzipSync(whole)]), 'GZIP', LIMIT);
    expect([whole.equals(plain), whole.equals(decompressed)]).toEqual([true, true]);
  });

  it.each([
    ['as it is', null, () => endless(ZEROS)],
    ['once decompressed', 'gzip', () => endless(ZEROS).pipe(createGzip())],
    ['as many small ones, one after the other', 'gzip', () => endless(gzipSync(ZEROS))],
  ])('that has no end is refused all the same, %s', async (_, encoding, open) => {
    const body = open();
    await expect(readBody(body, encoding, LIMIT)).rejects.toThrow(BodyTooLargeError);
    expect(body.destroyed).toBe(true);
  });

  it.each(['gzip, gzip', 'deflate', 'br', 'zstd'])(
    'is refused when it is encoded as %s',
    async (encoding) => {
      const bomb = gzipSync(gzipSync(ZEROS));
      await expect(readBody(Readable.from([bomb]), encoding, LIMIT)).rejects.toThrow(TransientError);
    },
  );
});
