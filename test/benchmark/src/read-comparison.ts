import type { Environment } from './benchmark-case.ts';
import { compare } from './comparison.ts';
import { drainValues, valuesUrl } from './http-read.ts';
import { copyFromPoint } from './point-copy.ts';
import { type Result, type Target, toResult } from './result.ts';
import { QUARTER_HOURS_OF_YEAR, seriesYears } from './series-load.ts';
import { serveYears } from './served-years.ts';

const ROUNDS = 9;
const SAMPLE_MS = 300;

interface ReadCase {
  readonly name: string;
  readonly format: 'csv' | 'json';
  readonly target: Target;
}

/**
 * Time in which this process reads a series-year from the API, which is a process of its own, ÷ the time in which
 * it reads the columns `starts_at, value` of the same rows by `copy … to stdout` from the server.
 */
export async function compareReads(
  { name, format, target }: ReadCase,
  environment: Environment,
): Promise<Result> {
  await using served = await serveYears(environment);
  const [first] = seriesYears(1);
  if (first === undefined) throw new Error('no series-year');
  const { request } = first;
  const url = valuesUrl(served.api.url, request, format);
  const { oursMs, referenceMs } = await compare({
    reference: {
      async work() {
        const rows = await copyFromPoint(served.sql, 1, request);
        if (rows !== QUARTER_HOURS_OF_YEAR) throw new Error(`${rows} rows were read`);
      },
    },
    ours: { work: () => drainValues(url, QUARTER_HOURS_OF_YEAR) },
    rounds: ROUNDS,
    leastMs: SAMPLE_MS,
  });
  return toResult({ name, unit: 'ms', value: oursMs, reference: referenceMs, target });
}
