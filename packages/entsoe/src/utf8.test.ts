import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from './utf8.ts';

describe('bytes', () => {
  it.each([
    ['a byte that begins no character', [0x3c, 0xff, 0x3e], 1],
    ['a character that breaks off', [0x3c, 0xc3], 1],
    [
      'behind a byte order mark and a character for what is wrong',
      [0xef, 0xbb, 0xbf, 0xef, 0xbf, 0xbd, 0xc3, 0x3e],
      6,
    ],
    ['half of a surrogate pair', [0x3c, 0xed, 0xa0, 0x80], 1],
  ])('that are not UTF-8 are refused with the offset: %s', (_, bytes, byteOffset) => {
    expect(() => decodeUtf8(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({
        message: 'document is not valid UTF-8',
        context: { document: 'answer', byteOffset },
      }),
    );
  });
});
