import { DocumentError } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { acknowledgement } from './fixtures/acknowledgement.ts';
import { collectRequest } from './fixtures/collect-request.ts';
import { expand } from './fixtures/expand.ts';
import { loadDocument, point } from './fixtures/load-document.ts';
import { zipFile } from './fixtures/zip-file.ts';
import { parseAnswer } from './parse-answer.ts';
import { readZip } from './zip.ts';

const names = (bytes: Uint8Array) =>
  [...readZip(bytes)].map(({ name, bytes: content }) => `${name}: ${Buffer.from(content)}`);

function refusalOf(bytes: Uint8Array): DocumentError {
  try {
    names(bytes);
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error('the ZIP was read');
}

describe('a ZIP', () => {
  it('gives its entries in order, without folders', () => {
    const bytes = zipFile([
      { name: 'b.xml', content: 'B' },
      { name: 'folder/', content: '' },
      { name: 'folder/ä.xml', content: '' },
    ]);
    expect(names(bytes)).toEqual(['b.xml: B', 'folder/ä.xml: ']);
  });

  it('is found by its directory, whatever comment follows', () => {
    expect(names(Buffer.concat([zipFile([{ name: 'a', content: 'A' }]), Buffer.alloc(500, ' ')]))).toEqual([
      'a: A',
    ]);
  });

  it.each([
    ['other bytes than it says', { checksum: 1 }, 'entry of the ZIP is damaged'],
    ['more bytes than it says', { size: 3 }, 'entry of the ZIP is damaged'],
    ['fewer bytes than it says', { size: 100 }, 'entry of the ZIP is damaged'],
    ['10 GB in a few bytes', { size: 0xffffffff }, 'entry of the ZIP is too large'],
    ['a method that it does not know', { method: 12 }, 'entry of the ZIP is compressed in an unknown way'],
    ['encryption', { flags: 1 }, 'entry of the ZIP is encrypted'],
  ])('is refused for an entry with %s, by name', (_, claims, message) => {
    const error = refusalOf(
      zipFile([
        { name: 'a', content: 'A' },
        { name: 'bad.xml', content: 'content', claims },
      ]),
    );
    expect(error.message).toBe(message);
    expect(error.context).toMatchObject({ document: 'bad.xml' });
  });

  it('is refused for an entry that blows up, before it does', () => {
    const error = refusalOf(zipFile([{ name: 'bomb.xml', content: Buffer.alloc(20_000_000) }]));
    expect(error.message).toBe('entry of the ZIP is too large');
  });

  it('is refused for too many entries', () => {
    expect(
      refusalOf(zipFile(Array.from({ length: 1_001 }, () => ({ name: 'a', content: '' })))).message,
    ).toBe('ZIP has too many entries');
  });

  it('is refused for a directory that counts fewer entries than it has', () => {
    const whole = zipFile([
      { name: 'a.xml', content: 'A' },
      { name: 'b.xml', content: 'B' },
    ]);
    for (const count of [0, 1]) {
      whole.writeUInt16LE(count, whole.length - 12);
      expect(refusalOf(whole)).toMatchObject({
        message: 'directory of the ZIP is damaged',
        context: { document: 'answer', byteOffset: expect.any(Number) },
      });
    }
  });

  it('is refused without documents: that nothing is published is said in a document', () => {
    expect(refusalOf(zipFile([])).message).toBe('ZIP has no documents');
    expect(refusalOf(zipFile([{ name: 'folder/', content: '' }])).message).toBe('ZIP has no documents');
  });

  it('does not take an entry with content for a folder, whatever its name', () => {
    expect(names(zipFile([{ name: 'a/', content: 'A' }]))).toEqual(['a/: A']);
  });

  it('is refused wherever it is cut off', () => {
    const whole = zipFile([{ name: 'a.xml', content: loadDocument() }]);
    for (let length = 2; length < whole.length; length++) {
      expect(() => names(whole.subarray(0, length)), `${length} bytes`).toThrow(DocumentError);
    }
  });

  it('is refused, or reads as if whole, with any byte changed', () => {
    const whole = zipFile([{ name: 'a.xml', content: loadDocument() }]);
    for (let at = 2; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      let contents: string[] = [];
      try {
        contents = [...readZip(damaged)].map(({ bytes }) => Buffer.from(bytes).toString());
      } catch (error) {
        expect(error).toBeInstanceOf(DocumentError);
        continue;
      }
      expect(contents, `byte ${at}`).toEqual([loadDocument()]);
    }
  });
});

describe('an answer that is a ZIP', () => {
  it('says what its documents say, each with its own place', () => {
    const body = zipFile([
      { name: '001.xml', content: loadDocument({ points: point(1, '1') }) },
      { name: '002.xml', content: acknowledgement('No matching data found') },
      { name: '003.xml', content: loadDocument({ points: point(4, '3') + point(2, '2') }) },
    ]);
    const answer = parseAnswer(collectRequest(), body);
    expect(expand(answer)).toEqual(['1.1 2024-01-14T23:00:00Z 1', '1.1 2024-01-15T00:00:00Z 2']);
    expect(answer.observations.map(({ place }) => place.document)).toEqual([1, 3]);
    expect(answer.outcome).toBe('data');
    expect(answer.problems).toEqual([
      '003.xml, series 1, period 1: position 4 lies beyond the last step 3; dropped',
    ]);
  });

  it('is refused for a ZIP in the ZIP, which could go on and on, before that is opened', () => {
    const bomb = zipFile([{ name: 'bomb.xml', content: Buffer.alloc(20_000_000) }]);
    expect(() => parseAnswer(collectRequest(), zipFile([{ name: 'inner.zip', content: bomb }]))).toThrow(
      expect.objectContaining({
        message: 'entry of the ZIP is a ZIP',
        context: { document: 'inner.zip', byteOffset: 0 },
      }),
    );
  });

  it('is refused for a document type in an entry, by name', () => {
    const body = zipFile([
      { name: '001.xml', content: loadDocument() },
      { name: '002.xml', content: `<!DOCTYPE a [<!ENTITY b "bb">]>${loadDocument()}` },
    ]);
    expect(() => parseAnswer(collectRequest(), body)).toThrow(
      expect.objectContaining({
        message: 'document has a DOCTYPE',
        context: { document: '002.xml', offset: 0 },
      }),
    );
  });

  it('has one limit of markup for all its documents', () => {
    const content = loadDocument({ periods: `<!--${'&'.repeat(90_000)}-->` });
    const body = zipFile(Array.from({ length: 20 }, (_, i) => ({ name: `${i}.xml`, content })));
    expect(() => parseAnswer(collectRequest(), body)).toThrow(
      expect.objectContaining({
        message: 'answer has too much markup: ask for a shorter window',
        context: expect.objectContaining({ document: '17.xml' }),
      }),
    );
  });

  it('names the entry that cannot be read', () => {
    const body = zipFile([
      { name: '001.xml', content: loadDocument() },
      { name: '002.xml', content: loadDocument({ points: point(1, 'R&D') }) },
    ]);
    expect(() => parseAnswer(collectRequest(), body)).toThrow(
      expect.objectContaining({ context: expect.objectContaining({ document: '002.xml' }) }),
    );
  });
});
