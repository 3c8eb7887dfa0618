export {
  BaseConfig,
  CommaSeparated,
  DatabaseUrl,
  loadConfig,
  Port,
  QueueUrl,
  readSecretFile,
} from './config.ts';
export { createLogger, type Logger } from './logger.ts';
export { type CloseStep, closeOnSignal, runCloseSteps } from './shutdown.ts';
