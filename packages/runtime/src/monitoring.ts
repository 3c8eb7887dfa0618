import { collectDefaultMetrics, Registry } from 'prom-client';
import type { HealthCheck } from './health-checks.ts';

/** What a process tells about itself; its parts put their metrics and checks here when they start. */
export interface Monitoring {
  readonly registry: Registry;
  /** By name. If one fails, only a new start helps. None of them asks another process. */
  readonly liveness: Map<string, HealthCheck>;
  /** By name. If one fails, the process does not do its work at present, whoever is to blame. */
  readonly readiness: Map<string, HealthCheck>;
}

/** Monitoring of parts that tell nobody, or of a whole process: see `monitorProcess`. */
export function createMonitoring(): Monitoring {
  return { registry: new Registry(), liveness: new Map(), readiness: new Map() };
}

/** Monitoring with the usual metrics of a Node.js process: memory, CPU, event loop, garbage collection. */
export function monitorProcess(): Monitoring {
  const monitoring = createMonitoring();
  collectDefaultMetrics({ register: monitoring.registry });
  return monitoring;
}
