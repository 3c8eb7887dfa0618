import type { BaseConfig } from './config.ts';
import { withinTime } from './health-checks.ts';
import { createLogger, type Logger } from './logger.ts';
import { type Monitoring, monitorProcess } from './monitoring.ts';
import { startMonitoringServer } from './monitoring-server.ts';
import { holdReadiness } from './service-readiness.ts';
import { type CloseStep, closeOnSignal, runCloseSteps } from './shutdown.ts';
import { StartError } from './start-error.ts';

const END_TRACING_WITHIN_MS = 2_000;

/** What a service gets in order to start. */
export interface ServiceContext {
  readonly log: Logger;
  readonly monitoring: Monitoring;
  /** Aborts once the process is told to end; pass it on to whatever waits. */
  readonly closing: AbortSignal;
  /** Gets what ends each part, in order, before what was started earlier: `closeSteps.unshift(…)`. */
  readonly closeSteps: CloseStep[];
}

/**
 * Runs a service in this process until it is told to end: with its log, its monitoring from the first moment on, and an
 * end in order at any moment, also while it starts. A service that cannot start says why, and the process exits with 1.
 *
 * @param start - opens connections and joins the parts; the service is ready once it has returned and its checks succeed
 */
export async function runService(
  name: string,
  config: BaseConfig,
  start: (context: ServiceContext) => Promise<void>,
): Promise<void> {
  const log = createLogger(name, config.LOG_LEVEL);
  const monitoring = monitorProcess();
  const closeSteps: CloseStep[] = [];
  const closing = new AbortController();
  const started = holdReadiness(monitoring, closing.signal);
  closeOnSignal(closeSteps, {
    log,
    timeoutMs: config.SHUTDOWN_TIMEOUT_MS,
    onClosing: () => closing.abort(),
  });
  try {
    if (config.MONITORING_PORT !== undefined) {
      const server = await startMonitoringServer({
        monitoring,
        port: config.MONITORING_PORT,
        hostname: config.MONITORING_HOST,
        log,
      });
      closeSteps.unshift(['monitoring server', () => server.close()]);
    }
    if (config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) {
      const { startTracing } = await import('./tracing.ts');
      const endTracing = startTracing(name);
      // Nobody waits for a receiver that is away.
      const end = () => withinTime(END_TRACING_WITHIN_MS, endTracing);
      closeSteps.unshift([
        'tracing',
        () => end().catch((err: unknown) => log.warn({ err }, 'the last traces were not sent')),
      ]);
    }
    await start({ log, monitoring, closing: closing.signal, closeSteps });
    started();
  } catch (err) {
    // What waited was told to end, and the rest is ending in order.
    if (closing.signal.aborted) return;
    if (err instanceof StartError) log.fatal(err.message);
    else log.fatal({ err }, 'start failed');
    await runCloseSteps(closeSteps, log);
    process.exit(1);
  }
}
