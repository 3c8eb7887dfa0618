import type { CollectRequest } from '@energy-data-service/domain';
import { entsoeSource } from '@energy-data-service/entsoe';
import { compare } from './comparison.ts';
import { fastXmlParserValues } from './fast-xml-parser-points.ts';

const ROUNDS = 9;
/** Some ten documents of ours, and one or two of the reference. */
const SAMPLE_MS = 300;

/** Points per second that each of the two parsers reads of a document. */
export interface ParserSpeeds {
  readonly ours: number;
  readonly reference: number;
}

/**
 * Measures our parser (bytes to blocks, everything checked) against fast-xml-parser (bytes to values, nothing
 * checked) on one document.
 *
 * @param points - how many the document stands for
 * @throws {Error} if either parser finds another number
 */
export async function compareParsers(
  request: CollectRequest,
  document: Uint8Array,
  points: number,
): Promise<ParserSpeeds> {
  const { oursMs, referenceMs } = await compare({
    reference: {
      work: () =>
        expectPoints(
          points,
          fastXmlParserValues(document).map((values) => values.length),
        ),
    },
    ours: {
      work: () =>
        expectPoints(
          points,
          entsoeSource.parse(request, document).observations.map(({ block }) => block.values.length),
        ),
    },
    rounds: ROUNDS,
    leastMs: SAMPLE_MS,
  });
  return { ours: perSecond(points, oursMs), reference: perSecond(points, referenceMs) };
}

function expectPoints(expected: number, lengths: readonly number[]): void {
  const points = lengths.reduce((sum, length) => sum + length, 0);
  if (points !== expected) throw new Error(`${points} points instead of ${expected} were read`);
}

function perSecond(count: number, durationMs: number): number {
  return (count / durationMs) * 1_000;
}
