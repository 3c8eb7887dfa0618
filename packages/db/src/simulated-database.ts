/** How the name of a database begins that the simulated stack and `pnpm start` keep made-up data in. */
export const SIMULATED_PREFIX = 'simulated_';

/** Whether a database is, by its name, one of data that the simulator of the platform made up. */
export function isSimulatedDatabase(name: string): boolean {
  return name.startsWith(SIMULATED_PREFIX);
}
