import type { Logger } from 'pino';
import { type FailedCheck, findFailedChecks, type HealthCheck } from './health-checks.ts';
import type { Monitoring } from './monitoring.ts';

/** Runs checks, and returns those that failed; a line is logged when they are others than the time before. */
export type HealthProbe = () => Promise<FailedCheck[]>;

export interface HealthProbes {
  /** Whether the process is alive: if not, only a new start helps. */
  readonly livez: HealthProbe;
  /** Whether it does its work at present; who is not alive does not. */
  readonly readyz: HealthProbe;
}

/** The probes of a process, the same on whichever of its ports they are served; checks may be added later. */
export function createHealthProbes(
  { liveness, readiness }: Pick<Monitoring, 'liveness' | 'readiness'>,
  log: Logger,
): HealthProbes {
  return {
    livez: createProbe(() => [...liveness], log.child({ probe: 'livez' })),
    readyz: createProbe(() => [...liveness, ...readiness], log.child({ probe: 'readyz' })),
  };
}

function createProbe(checks: () => Iterable<readonly [string, HealthCheck]>, log: Logger): HealthProbe {
  let failedBefore = '';
  return async () => {
    const failed = await findFailedChecks(checks());
    const failedNow = failed.map(({ name }) => name).join();
    if (failedNow !== failedBefore) {
      if (failed.length > 0) log.warn({ failed: failed.map(describeFailedCheck) }, 'health check failed');
      else log.info('health checks succeed again');
      failedBefore = failedNow;
    }
    return failed;
  };
}

/** In the form that is logged, and told on the monitoring port; the reason may hold addresses of servers. */
export function describeFailedCheck({ name, reason }: FailedCheck): { check: string; reason: string } {
  return { check: name, reason: reason instanceof Error ? reason.message : String(reason) };
}
