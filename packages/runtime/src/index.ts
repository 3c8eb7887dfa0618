export {
  BaseConfig,
  CommaSeparated,
  ConfigError,
  DatabaseUrl,
  environment,
  loadConfig,
  Port,
  parseConfig,
  QueueUrl,
} from './config.ts';
export { createLogger, type Logger } from './logger.ts';
export { type CloseStep, closeOnSignal, runCloseSteps } from './shutdown.ts';
