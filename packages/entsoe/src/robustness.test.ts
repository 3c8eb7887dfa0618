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

const RUNS = propertyRuns(1_000);
/** A run takes a tenth of it on average. */
const TIMEOUT_PER_RUN_MS = 60;

describe('a damaged document', () => {
  it('is refused with document and place, or read as the rules say', {
    timeout: 60_000 + RUNS * TIMEOUT_PER_RUN_MS,
  }, () => {
    const documents = FIXTURES.map((name) => sampleDocument(name, readFixture(name)));
    let read = 0;
    fc.assert(
      fc.property(damagedAnswerArbitrary(documents, documents), (answer) => {
        if (checkDamaged(answer) === 'read') read++;
      }),
      { numRuns: RUNS },
    );
    expect(read).toBeGreaterThan(RUNS / 20);
    expect(read).toBeLessThan(RUNS / 2);
  });

  it.each(FIXTURES)('that is %s cut off anywhere before its last tag is refused', (name) => {
    const whole = Buffer.from(readFixture(name));
    const request = collectRequest();
    for (let length = 0; length < whole.lastIndexOf('>'); length += 7) {
      expect(() => parseAnswer(request, whole.subarray(0, length)), `${length} bytes`).toThrow(DocumentError);
    }
  });
});
