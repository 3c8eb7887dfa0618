import type { BenchmarkCase } from '../benchmark-case.ts';
import { atLeast } from '../result.ts';
import { seriesYears } from '../series-load.ts';
import { enqueueAnswers, processAnswers } from '../waiting-answers.ts';
import { compareWithCopy, SERIES_YEARS } from '../write-comparison.ts';

/** Stored answers that wait in the queue (PostgreSQL's), until one processor has committed their points. */
export const pipeline: BenchmarkCase = {
  name: 'pipeline',
  async run(environment) {
    const years = seriesYears(SERIES_YEARS);
    let processor: { end(): Promise<void> } | undefined;
    const result = await compareWithCopy(
      {
        name: 'pipeline',
        target: atLeast(0.7),
        ours: (sql, databaseUrl) => ({
          prepare: () => enqueueAnswers(sql, databaseUrl, years),
          async work() {
            processor = await processAnswers(sql, databaseUrl);
          },
          finish: async () => processor?.end(),
        }),
      },
      environment,
    );
    return [result];
  },
};
