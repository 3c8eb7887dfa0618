import { DocumentError } from '@energy-data-service/domain';
import { propertyRuns } from '@energy-data-service/test-support/property-runs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENTSOE_ITEMS } from './datasets.ts';
import { collectRequest } from './fixtures/collect-request.ts';
import { createPeriodScanner } from './period-scanner.ts';
import { answerArbitrary } from './testing/answer-arbitrary.ts';
import type { AnswerDescription } from './testing/answer-description.ts';
import { meaningOf, Refusal } from './testing/answer-model.ts';
import { writeAnswer } from './testing/answer-text.ts';
import { demandMeaning, readBothWays } from './testing/both-ways.ts';
import { ITEM_CODES } from './testing/item-codes.ts';
import { decodeUtf8 } from './utf8.ts';
import { parseXml } from './xml.ts';

const choicesArbitrary = fc.oneof(
  fc.constant([0]),
  fc.array(fc.nat(10_000), { minLength: 1, maxLength: 200, size: 'max' }),
);

const RUNS = propertyRuns(4_000);
/** A run takes a tenth of it on average. */
const TIMEOUT_PER_RUN_MS = 40;

describe('an answer, whatever it says and however it is written', () => {
  it('is tried for every item of the catalogue', () => {
    expect(ENTSOE_ITEMS.map(({ dataset }) => dataset.id)).toEqual(ITEM_CODES.map(({ dataset }) => dataset));
  });

  it('means the same to the scanner, to the parser and by the rules', {
    timeout: 60_000 + RUNS * TIMEOUT_PER_RUN_MS,
  }, () => {
    const seen = { read: 0, refused: 0, scanned: 0, parsed: 0 };
    fc.assert(
      fc.property(answerArbitrary, choicesArbitrary, (answer, choices) => {
        const body = writeAnswer(answer, choices);
        const found = readBothWays(collectRequest(answer.dataset, answer.area), body);
        const expected = expectedOf(answer);
        if (found instanceof DocumentError || expected === null) {
          expect(found).toBeInstanceOf(DocumentError);
          expect(expected).toBeNull();
          seen.refused++;
          return;
        }
        demandMeaning(found, expected);
        seen.read++;
        if (!answer.zipped) countPeriods(answer, body, seen);
      }),
      { numRuns: RUNS },
    );
    // Neither outcome and neither reader went untried.
    expect(Math.min(seen.read, seen.refused, seen.scanned, seen.parsed)).toBeGreaterThan(RUNS / 10);
  });
});

/** null: it must be refused. */
function expectedOf(answer: AnswerDescription) {
  try {
    return meaningOf(answer);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** Counts by which of the two the Periods are read. */
function countPeriods(
  answer: AnswerDescription,
  body: Uint8Array,
  seen: { scanned: number; parsed: number },
) {
  const scanner = createPeriodScanner('Period', 'quantity');
  parseXml(decodeUtf8(body), { scanner });
  const all = answer.documents
    .flatMap((document) => document?.series ?? [])
    .flatMap(({ periods }) => periods);
  seen.scanned += scanner.periods.size;
  seen.parsed += all.length - scanner.periods.size;
}
