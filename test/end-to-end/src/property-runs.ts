const { PROPERTY_RUNS = '1', PROPERTY_SEED } = process.env;

/** How much longer than usual properties are tried; from the environment. */
const times = Number(PROPERTY_RUNS);

/** For a test that tries a property; a run takes seconds, on a busy machine half a minute. */
export const PROPERTY_TIMEOUT_MS = 300_000 * times;

/**
 * How to try a property: `PROPERTY_RUNS` times as often as given. The message of a failure names the seed, and
 * `PROPERTY_SEED` tries the same again.
 */
export function propertyRuns(numRuns: number): { numRuns: number; seed?: number; endOnFailure: true } {
  return {
    numRuns: numRuns * times,
    ...(PROPERTY_SEED !== undefined && { seed: Number(PROPERTY_SEED) }),
    // Making a counterexample smaller would take hours.
    endOnFailure: true,
  };
}
