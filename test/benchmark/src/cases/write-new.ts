import type { BenchmarkCase } from '../benchmark-case.ts';
import { atLeast } from '../result.ts';
import { seriesYears } from '../series-load.ts';
import { type ReceivedLoad, receiveLoads, storeLoads } from '../stored-loads.ts';
import { compareWithCopy, SERIES_YEARS } from '../write-comparison.ts';

/** Series-years into empty tables. */
export const writeNew: BenchmarkCase = {
  name: 'write-new',
  async run(environment) {
    const years = seriesYears(SERIES_YEARS);
    let received: ReceivedLoad[] = [];
    const result = await compareWithCopy(
      {
        name: 'write-new',
        target: atLeast(0.6),
        ours: (sql) => ({
          async prepare() {
            received = await receiveLoads(sql, years);
          },
          work: () => storeLoads(sql, received, 'new'),
        }),
      },
      environment,
    );
    return [result];
  },
};
