import type { CollectRequest } from '@energy-data-service/domain';
import type { BenchmarkCase } from '../benchmark-case.ts';
import { type DocumentSeries, loadDocument } from '../load-document.ts';
import { decimalText, loadHundredths } from '../load-values.ts';
import { measureParseMemory } from '../parse-memory.ts';
import { compareParsers } from '../parser-comparison.ts';
import { atLeast, atMost, type Result, toResult } from '../result.ts';
import { loadRequest, QUARTER_HOURS_OF_YEAR } from '../series-load.ts';

const AREA = '10YBE----------2';
const QUARTER_HOURS_OF_WEEK = 7 * 96;
const QUARTER_HOURS_OF_MONTH = 31 * 96;
/** As many as a large zone has kinds of generation. */
const SERIES_OF_ZONE_MONTH = 15;
const FASTER = atLeast(8);

/**
 * A year of one series, and a month of fifteen. The parser reads documents of load only, so the fifteen are load
 * of other business types in the place of generation by type.
 */
export const parse: BenchmarkCase = {
  name: 'parse',
  async run() {
    const year = documentOf(1, QUARTER_HOURS_OF_YEAR);
    const yearSpeeds = await compareParsers(year.request, year.document, year.points);
    const zoneMonth = documentOf(SERIES_OF_ZONE_MONTH, QUARTER_HOURS_OF_MONTH);
    const monthSpeeds = await compareParsers(zoneMonth.request, zoneMonth.document, zoneMonth.points);
    return [
      speedResult('parse', yearSpeeds.ours, yearSpeeds.reference),
      speedResult('parse-zone-month', monthSpeeds.ours, monthSpeeds.reference),
      toResult({
        name: 'parse-absolute',
        unit: 'points/s',
        value: Math.min(yearSpeeds.ours, monthSpeeds.ours),
        reference: 1_000_000,
        target: atLeast(1),
      }),
      toResult({
        name: 'parse-memory',
        unit: 'bytes',
        value: await measureParseMemory(year.document, documentOf(1, QUARTER_HOURS_OF_WEEK).document),
        reference: year.document.byteLength,
        target: atMost(3),
      }),
    ];
  },
};

function speedResult(name: string, value: number, reference: number): Result {
  return toResult({ name, unit: 'points/s', value, reference, target: FASTER });
}

function documentOf(
  seriesCount: number,
  quarterHours: number,
): { request: CollectRequest; document: Uint8Array; points: number } {
  const request = loadRequest(AREA, quarterHours);
  const series = Array.from(
    { length: seriesCount },
    (_, i): DocumentSeries => ({
      businessType: `A${String(i + 1).padStart(2, '0')}`,
      values: loadHundredths(quarterHours, i).map(decimalText),
    }),
  );
  return { request, document: loadDocument(request, series), points: seriesCount * quarterHours };
}
