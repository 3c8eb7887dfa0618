import { expect, it } from 'vitest';
import { createHealthProbes } from './health-probes.ts';
import { createLogger } from './logger.ts';
import { createMonitoring } from './monitoring.ts';
import { holdReadiness } from './service-readiness.ts';

it('is not ready until every part has started, nor once the process ends, but alive all the time', async () => {
  const monitoring = createMonitoring();
  const closing = new AbortController();
  const { livez, readyz } = createHealthProbes(monitoring, createLogger('test', 'error'));
  const reasons = async () => (await readyz()).map(({ name, reason }) => [name, reason]);
  const started = holdReadiness(monitoring, closing.signal);
  monitoring.readiness.set('part', async () => undefined);
  expect(await reasons()).toEqual([['service', new Error('starts')]]);
  started();
  expect(await reasons()).toEqual([]);
  closing.abort();
  expect(await reasons()).toEqual([['service', new Error('ends')]]);
  expect(await livez()).toEqual([]);
});
