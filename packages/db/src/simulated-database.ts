/** How the name of a database begins that the simulated stack and `pnpm start` keep made-up data in. */
const SIMULATED = 'simulated_';

/** Whether a database of this name holds data that was made up by the simulator of the platform. */
export function isSimulatedDatabase(name: string): boolean {
  return name.startsWith(SIMULATED);
}
