/** How often a property is tried: as often as PROPERTY_RUNS says, if it is set. */
export function propertyRuns(usual: number): number {
  return Number(process.env.PROPERTY_RUNS ?? usual);
}
