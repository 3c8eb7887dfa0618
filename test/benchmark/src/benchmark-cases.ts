import type { BenchmarkCase } from './benchmark-case.ts';
import { budget } from './cases/budget.ts';
import { columns } from './cases/columns.ts';
import { latest } from './cases/latest.ts';
import { parse } from './cases/parse.ts';
import { parseA03 } from './cases/parse-a03.ts';
import { pipeline } from './cases/pipeline.ts';
import { readCsv } from './cases/read-csv.ts';
import { readJson } from './cases/read-json.ts';
import { scale } from './cases/scale.ts';
import { unchangedPoll } from './cases/unchanged-poll.ts';
import { writeChanged } from './cases/write-changed.ts';
import { writeNew } from './cases/write-new.ts';
import { writeUnchanged } from './cases/write-unchanged.ts';

/** Every case, in the order in which they run. */
export const BENCHMARK_CASES: readonly BenchmarkCase[] = [
  parse,
  parseA03,
  writeNew,
  writeUnchanged,
  writeChanged,
  columns,
  pipeline,
  unchangedPoll,
  readCsv,
  readJson,
  latest,
  budget,
  scale,
];
