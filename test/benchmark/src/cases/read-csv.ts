import type { BenchmarkCase } from '../benchmark-case.ts';
import { compareReads } from '../read-comparison.ts';
import { atMost } from '../result.ts';

export const readCsv: BenchmarkCase = {
  name: 'read-csv',
  async run(environment) {
    return [await compareReads({ name: 'read-csv', format: 'csv', target: atMost(1.5) }, environment)];
  },
};
