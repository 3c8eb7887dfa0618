import type { BenchmarkCase } from '../benchmark-case.ts';
import { atLeast } from '../result.ts';
import { seriesYears } from '../series-load.ts';
import { type ReceivedLoad, receiveLoads, storeLoads } from '../stored-loads.ts';
import { compareWithCopy, SERIES_YEARS } from '../write-comparison.ts';

/** Series-years a second time, every value the same. */
export const writeUnchanged: BenchmarkCase = {
  name: 'write-unchanged',
  async run(environment) {
    const years = seriesYears(SERIES_YEARS);
    const again = years;
    let received: ReceivedLoad[] = [];
    const result = await compareWithCopy(
      {
        name: 'write-unchanged',
        target: atLeast(0.7),
        ours: (sql) => ({
          async prepare() {
            await storeLoads(sql, await receiveLoads(sql, years), 'new');
            received = await receiveLoads(sql, again);
            await sql`checkpoint`;
          },
          work: () => storeLoads(sql, received, 'unchanged'),
        }),
      },
      environment,
    );
    return [result];
  },
};
