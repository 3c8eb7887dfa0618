export { commandLine } from './command-line.ts';
export {
  BaseConfig,
  CommaSeparated,
  ConfigError,
  DatabaseUrl,
  environment,
  loadConfig,
  loadServiceConfig,
  Port,
  parseConfig,
  QueueUrl,
} from './config.ts';
export { type HealthCheck, withinTime } from './health-checks.ts';
export { createHealthProbes, type HealthProbe } from './health-probes.ts';
export { createLogger, type Logger } from './logger.ts';
export { isLoopbackHost } from './loopback-host.ts';
export { createMonitoring, type Monitoring, monitorProcess } from './monitoring.ts';
export { type RunningMonitoringServer, startMonitoringServer } from './monitoring-server.ts';
export { runService, type ServiceContext } from './run-service.ts';
export { readSecret } from './secret-files.ts';
export { obeyArguments, type ServiceDescription } from './service-arguments.ts';
export { holdReadiness } from './service-readiness.ts';
export { type CloseStep, closeOnSignal, runCloseSteps } from './shutdown.ts';
export { StartError } from './start-error.ts';
export { isPortTaken, refuseTakenPort, withPortSetting } from './taken-port.ts';
export { type Readiness, waitUntilReady } from './wait-until-ready.ts';
