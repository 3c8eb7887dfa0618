import type { BenchmarkCase } from '../benchmark-case.ts';
import { loadDocument } from '../load-document.ts';
import { decimalText, steppedHundredths } from '../load-values.ts';
import { compareParsers } from '../parser-comparison.ts';
import { atLeast, toResult } from '../result.ts';
import { loadRequest, QUARTER_HOURS_OF_YEAR } from '../series-load.ts';

const AREA = '10YBE----------2';
const SERIES = 10;

/** Ten series-years in which one Point stands for about twenty steps; what counts is the steps. */
export const parseA03: BenchmarkCase = {
  name: 'parse-a03',
  async run() {
    const request = loadRequest(AREA, QUARTER_HOURS_OF_YEAR);
    const document = loadDocument(
      request,
      Array.from({ length: SERIES }, (_, i) => ({
        businessType: `A${String(i + 1).padStart(2, '0')}`,
        values: endingOnPoint(steppedHundredths(QUARTER_HOURS_OF_YEAR, i)).map(decimalText),
      })),
    );
    const speeds = await compareParsers(request, document, SERIES * QUARTER_HOURS_OF_YEAR);
    return [
      toResult({
        name: 'parse-a03',
        unit: 'points/s',
        value: speeds.ours,
        reference: speeds.reference,
        target: atLeast(8),
      }),
    ];
  },
};

/** The last step has a Point of its own, so that the reference need not know where a Period ends. */
function endingOnPoint(values: readonly number[]): number[] {
  return values.with(-1, (values.at(-1) ?? 0) + 1);
}
