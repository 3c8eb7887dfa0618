import type { BenchmarkCase } from '../benchmark-case.ts';
import { compareReads } from '../read-comparison.ts';
import { atMost } from '../result.ts';

export const readJson: BenchmarkCase = {
  name: 'read-json',
  async run(environment) {
    return [await compareReads({ name: 'read-json', format: 'json', target: atMost(2) }, environment)];
  },
};
