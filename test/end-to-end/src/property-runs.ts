import { propertyRuns } from '@energy-data-service/test-support/property-runs';

/** For a test that tries a property; a run takes seconds, on a busy machine half a minute. */
export const PROPERTY_TIMEOUT_MS = 300_000 * propertyRuns(1);

/** How to try a property. The message of a failure names the seed, and `PROPERTY_SEED` tries the same again. */
export function propertySettings(usualRuns: number): { numRuns: number; seed?: number; endOnFailure: true } {
  const { PROPERTY_SEED } = process.env;
  return {
    numRuns: propertyRuns(usualRuns),
    ...(PROPERTY_SEED !== undefined && { seed: Number(PROPERTY_SEED) }),
    // Making a counterexample smaller would take hours.
    endOnFailure: true,
  };
}
