/**
 * How often a property is tried: so often as usual, times `PROPERTY_RUNS` (of the environment), for a search that
 * takes hours.
 */
export function propertyRuns(usual: number): number {
  return Math.ceil(usual * Number(process.env.PROPERTY_RUNS ?? 1));
}
