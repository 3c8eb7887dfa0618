import { readdirSync } from 'node:fs';
import { DocumentError } from '@energy-data-service/domain';
import { propertyRuns } from '@energy-data-service/test-support/property-runs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectRequest } from './fixtures/collect-request.ts';
import { readFixture } from './fixtures/read-fixture.ts';
import { parseAnswer } from './parse-answer.ts';
import { checkDamaged, damagedAnswerArbitrary } from './testing/damaged-answer.ts';
import { sampleDocument } from './testing/sample-document.ts';

const FIXTURES = readdirSync(new URL('fixtures/', import.meta.url)).filter((name) => name.endsWith('.xml'));

describe('a damaged document', () => {
  it('is refused with document and place, or read as the rules say', { timeout: 3_600_000 }, () => {
    const documents = FIXTURES.map((name) => sampleDocument(name, readFixture(name)));
    const runs = propertyRuns(1_000);
    let read = 0;
    fc.assert(
      fc.property(damagedAnswerArbitrary(documents, documents), (answer) => {
        if (checkDamaged(answer) === 'read') read++;
      }),
      { numRuns: runs },
    );
    expect(read).toBeGreaterThan(runs / 20);
    expect(read).toBeLessThan(runs / 2);
  });

  it.each(FIXTURES)('that is %s cut off anywhere before its last tag is refused', (name) => {
    const whole = Buffer.from(readFixture(name));
    const request = collectRequest();
    for (let length = 0; length < whole.lastIndexOf('>'); length += 7) {
      expect(() => parseAnswer(request, whole.subarray(0, length)), `${length} bytes`).toThrow(DocumentError);
    }
  });
});
