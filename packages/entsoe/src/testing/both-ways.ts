import { isDeepStrictEqual } from 'node:util';
import { type CollectRequest, DocumentError, type ParsedAnswer } from '@energy-data-service/domain';
import { parseAnswer } from '../parse-answer.ts';
import type { Meaning } from './answer-model.ts';
import { firstDifference, rowsOf } from './rows.ts';

/**
 * Reads an answer with the scanner and without.
 *
 * @returns the refusal, if it is refused
 * @throws {Error} if the two differ, or a refusal names no place
 */
export function readBothWays(request: CollectRequest, body: Uint8Array): ParsedAnswer | DocumentError {
  const [scanned, parsed] = [true, false].map((scan) => outcomeOf(request, body, scan));
  if (scanned === undefined || !isSameOutcome(scanned, parsed)) {
    throw new Error(`scanner and parser disagree: ${describe(scanned)}; ${describe(parsed)}`);
  }
  if (scanned instanceof DocumentError) demandPlace(scanned);
  return scanned;
}

/** @throws {Error} that says where the two differ */
export function demandMeaning(found: ParsedAnswer, expected: Meaning): void {
  const { outcome, problems } = found;
  if (!isDeepStrictEqual([outcome, problems], [expected.outcome, expected.problems])) {
    throw new Error(`found ${JSON.stringify([outcome, problems])}, expected ${JSON.stringify(expected)}`);
  }
  const difference = firstDifference(rowsOf(found.observations), expected.rows());
  if (difference !== null) throw new Error(difference);
}

function outcomeOf(request: CollectRequest, body: Uint8Array, scan: boolean): ParsedAnswer | DocumentError {
  try {
    return parseAnswer(request, body, { scan });
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
}

/** Of refusals, the offset may differ: a Period that is wrong is noticed at the one or the other end. */
function isSameOutcome(a: unknown, b: unknown): boolean {
  if (!(a instanceof DocumentError && b instanceof DocumentError)) return isDeepStrictEqual(a, b);
  return (
    a.message === b.message && isDeepStrictEqual({ ...a.context, offset: 0 }, { ...b.context, offset: 0 })
  );
}

function demandPlace({ message, context: { document, offset, byteOffset } }: DocumentError): void {
  if (typeof document !== 'string' || !Number.isInteger(offset ?? byteOffset)) {
    throw new Error(`no place is named by "${message}"`);
  }
}

function describe(outcome: ParsedAnswer | DocumentError | undefined): string {
  return outcome instanceof DocumentError ? outcome.message : JSON.stringify(outcome?.problems);
}
