import { beforeEach, describe, expect, it } from 'vitest';
import { createHealthProbes } from './health-probes.ts';
import { createLogger } from './logger.ts';
import { createMonitoring } from './monitoring.ts';

const lines: string[] = [];
const log = createLogger('test', 'info', {
  write: (line) => {
    const { probe, msg } = JSON.parse(line);
    lines.push(`${probe}: ${msg}`);
  },
});

beforeEach(() => {
  lines.length = 0;
});

describe('health probes', () => {
  it('find what fails: readiness needs liveness too, and liveness nothing else', async () => {
    const monitoring = createMonitoring();
    const probes = createHealthProbes(monitoring, log);
    expect([await probes.livez(), await probes.readyz()]).toEqual([[], []]);
    // Checks that come after the probes count.
    const away = new Error('away');
    const stuck = new Error('stands still');
    monitoring.readiness.set('database', () => Promise.reject(away));
    expect([await probes.livez(), await probes.readyz()]).toEqual([[], [{ name: 'database', reason: away }]]);
    monitoring.liveness.set('worker', () => Promise.reject(stuck));
    expect(await probes.livez()).toEqual([{ name: 'worker', reason: stuck }]);
    expect(await probes.readyz()).toEqual([
      { name: 'worker', reason: stuck },
      { name: 'database', reason: away },
    ]);
  });

  it('log a line when other checks fail than the time before, and none otherwise', async () => {
    const monitoring = createMonitoring();
    const away = new Set<string>();
    for (const name of ['database', 'queues']) {
      monitoring.readiness.set(name, async () => {
        if (away.has(name)) throw new Error('away');
      });
    }
    const { readyz } = createHealthProbes(monitoring, log);
    const logged = async () => {
      for (let i = 0; i < 3; i++) await readyz();
      return lines.splice(0);
    };
    expect(await logged()).toEqual([]);
    away.add('database');
    expect(await logged()).toEqual(['readyz: health check failed']);
    away.add('queues');
    expect(await logged()).toEqual(['readyz: health check failed']);
    away.clear();
    expect(await logged()).toEqual(['readyz: health checks succeed again']);
  });
});
