import type { BenchmarkCase } from '../benchmark-case.ts';
import { atLeast } from '../result.ts';
import { seriesYears } from '../series-load.ts';
import { startWaitingAnswers, type WaitingAnswers } from '../waiting-answers.ts';
import { compareWithCopy, SERIES_YEARS } from '../write-comparison.ts';

/** Stored answers that one processor, idle until then, takes from the queue (PostgreSQL's) and commits. */
export const pipeline: BenchmarkCase = {
  name: 'pipeline',
  async run(environment) {
    const years = seriesYears(SERIES_YEARS);
    let waiting: WaitingAnswers | undefined;
    const result = await compareWithCopy(
      {
        name: 'pipeline',
        target: atLeast(0.7),
        ours: (sql, databaseUrl) => ({
          async prepare() {
            waiting = await startWaitingAnswers(sql, databaseUrl, years);
          },
          work: async () => waiting?.process(),
          finish: async () => waiting?.end(),
        }),
      },
      environment,
    );
    return [result];
  },
};
