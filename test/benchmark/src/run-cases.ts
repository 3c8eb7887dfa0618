import type { BenchmarkCase, Environment } from './benchmark-case.ts';
import type { Result } from './result.ts';

export interface Outcome {
  readonly results: readonly Result[];
  /** Names of the cases that could not be measured; the reasons were told as progress. */
  readonly failed: readonly string[];
}

/** Runs cases one after the other; one that breaks does not keep the others from running. */
export async function runCases(cases: readonly BenchmarkCase[], environment: Environment): Promise<Outcome> {
  const results: Result[] = [];
  const failed: string[] = [];
  for (const { name, run } of cases) {
    environment.progress(`${name} …`);
    try {
      results.push(...(await run(environment)));
    } catch (error) {
      failed.push(name);
      environment.progress(`${name} failed: ${error instanceof Error ? error.stack : error}`);
    }
  }
  return { results, failed };
}
