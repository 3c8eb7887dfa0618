import { readdirSync } from 'node:fs';
import { DocumentError } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { ENTSOE_ITEMS } from './datasets.ts';
import { collectRequest } from './fixtures/collect-request.ts';
import { readFixture } from './fixtures/read-fixture.ts';
import { parseAnswer } from './parse-answer.ts';

const FIXTURES = readdirSync(new URL('fixtures/', import.meta.url)).filter((name) => name.endsWith('.xml'));
const VARIANTS = 150;
const FRAGMENTS = [
  '<',
  '>',
  '</Period>',
  '<Period>',
  '<!--',
  ']]>',
  '&',
  '&lt;',
  '\0',
  '9'.repeat(30),
  '-',
  'PT1S',
  'é',
  '<!DOCTYPE a>',
];

/** Numbers from 0 (inclusive) to 1 (exclusive), the same ones every time (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The bytes with one place damaged: cut off, cut out, doubled, replaced or added to. */
function damage(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * bytes.length);
  const to = Math.min(bytes.length, at + 1 + Math.floor(random() * 40));
  const before = bytes.subarray(0, at);
  switch (Math.floor(random() * 5)) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, bytes.subarray(to)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([before, Buffer.of(Math.floor(random() * 256)), bytes.subarray(at + 1)]);
    default:
      return Buffer.concat([
        before,
        Buffer.from(FRAGMENTS[Math.floor(random() * FRAGMENTS.length)] ?? ''),
        bytes.subarray(at),
      ]);
  }
}

describe('a damaged document', () => {
  it.each(FIXTURES)('made of %s is read, or refused with a typed error, and nothing else', (name) => {
    const whole = Buffer.from(readFixture(name));
    const [, documentType] = /type>(\w+)</.exec(whole.toString()) ?? [];
    const [, processType] = /processType>(\w+)</.exec(whole.toString()) ?? [];
    const item = ENTSOE_ITEMS.find(
      (one) => one.documentType === documentType && one.processType === processType,
    );
    const request = collectRequest(item?.dataset.id);
    const random = createRandom(name.length);
    let refused = 0;
    for (let i = 0; i < VARIANTS; i++) {
      const damaged = damage(whole, random);
      try {
        const { observations } = parseAnswer(request, damaged);
        for (const { block } of observations) {
          for (const value of block.values) expect(value ?? '0').toMatch(/^[+-]?[0-9.]+$/);
        }
      } catch (error) {
        expect(error, damaged.toString('latin1')).toBeInstanceOf(DocumentError);
        refused++;
      }
    }
    // Most places hold something that matters.
    expect(refused).toBeGreaterThan(VARIANTS / 2);
  });

  it.each(FIXTURES)('that is %s cut off anywhere before its last tag is refused', (name) => {
    const whole = Buffer.from(readFixture(name));
    const request = collectRequest();
    for (let length = 0; length < whole.lastIndexOf('>'); length += 7) {
      expect(() => parseAnswer(request, whole.subarray(0, length)), `${length} bytes`).toThrow(DocumentError);
    }
  });
});
