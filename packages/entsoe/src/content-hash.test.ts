import { describe, expect, it } from 'vitest';
import { contentHash } from './content-hash.ts';
import { acknowledgement } from './fixtures/acknowledgement.ts';
import { readFixture } from './fixtures/read-fixture.ts';
import { zipFile } from './fixtures/zip-file.ts';

const hash = (body: string | Uint8Array) => Buffer.from(contentHash(Buffer.from(body))).toString('hex');
const document = Buffer.from(readFixture('a65-two-periods-two-resolutions.xml')).toString();
/** The same answer, given again. */
const again = document
  .replace('0b1d6c1c5f0a4c0fb9f7a3a4b2f0c001', 'ffffffffffffffffffffffffffffffff')
  .replace('2026-05-07T13:17:29Z', '2026-05-08T13:17:29Z')
  .replace('<revisionNumber>1<', '<revisionNumber>2<');

describe('the content hash', () => {
  it('is that of another answer that differs in mRID, time and revision of the document only', () => {
    expect(again).not.toBe(document);
    expect(hash(again)).toBe(hash(document));
    expect(contentHash(Buffer.from(document))).toHaveLength(32);
  });

  it.each([
    ['a value', '<quantity>30<', '<quantity>30.0<'],
    ['a digit of the interval', '<start>2024-01-14T23:00Z', '<start>2024-01-14T23:15Z'],
    ['the mRID of a TimeSeries', '<mRID>2<', '<mRID>3<'],
    ['the process type', 'A16', 'A01'],
  ])('differs with %s', (_, from, to) => {
    expect(document).toContain(from);
    expect(hash(document.replace(from, to))).not.toBe(hash(document));
  });

  it('stays with a TimeSeries whose tags have attributes', () => {
    const attributed = document.replaceAll('<TimeSeries>', '<TimeSeries a="1">');
    expect(hash(attributed.replace('<mRID>1<', '<mRID>3<'))).not.toBe(hash(attributed));
  });

  it('is that of another acknowledgement with the same reason', () => {
    const first = acknowledgement('No matching data found');
    expect(hash(first.replaceAll('2026-05-07', '2026-05-08').replace('0b1d6c1c', 'ffffffff'))).toBe(
      hash(first),
    );
    expect(hash(acknowledgement('Authentication failed'))).not.toBe(hash(first));
  });

  it('looks into a ZIP', () => {
    const zip = (...contents: string[]) =>
      zipFile(contents.map((content, i) => ({ name: `${i}.xml`, content })));
    expect(hash(zip(document, 'x'))).toBe(hash(zip(again, 'x')));
    expect(hash(zip(document, 'x'))).not.toBe(hash(zip('x', document)));
    expect(hash(zip('a', 'b'))).not.toBe(hash(zip('ab')));
  });

  it('is that of the bytes for a damaged ZIP, and for bytes that are no text', () => {
    expect(hash('PK damaged')).not.toBe(hash('PK damaged too'));
    expect(hash(Buffer.of(0xff))).not.toBe(hash(Buffer.of(0xfe)));
  });
});
