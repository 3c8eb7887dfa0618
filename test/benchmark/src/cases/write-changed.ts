import type { BenchmarkCase } from '../benchmark-case.ts';
import { atLeast } from '../result.ts';
import { correctedSeriesYears, seriesYears } from '../series-load.ts';
import { type ReceivedLoad, receiveLoads, storeLoads } from '../stored-loads.ts';
import { compareWithCopy, SERIES_YEARS } from '../write-comparison.ts';

/** Series-years a second time, every value another. */
export const writeChanged: BenchmarkCase = {
  name: 'write-changed',
  async run(environment) {
    const years = seriesYears(SERIES_YEARS);
    const again = correctedSeriesYears(SERIES_YEARS);
    let received: ReceivedLoad[] = [];
    const result = await compareWithCopy(
      {
        name: 'write-changed',
        target: atLeast(0.2),
        ours: (sql) => ({
          async prepare() {
            await storeLoads(sql, await receiveLoads(sql, years), 'new');
            received = await receiveLoads(sql, again);
            await sql`checkpoint`;
          },
          work: () => storeLoads(sql, received, 'revised'),
        }),
      },
      environment,
    );
    return [result];
  },
};
