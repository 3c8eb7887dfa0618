import { expect, it } from 'vitest';
import { isSimulatedDatabase } from './simulated-database.ts';

it.each([
  ['simulated_energy_data', true],
  ['energy_data', false],
  ['not_simulated_', false],
])('%s: %s', (name, isSimulated) => {
  expect(isSimulatedDatabase(name)).toBe(isSimulated);
});
