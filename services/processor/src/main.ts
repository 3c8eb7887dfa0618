import { connect } from '@energy-data-service/db';
import { createQueueBackend } from '@energy-data-service/queue';
import { closeOnSignal, createLogger, loadConfig } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { ProcessorConfig } from './config.ts';
import { startProcessor } from './start.ts';

const [config] = loadConfig(ProcessorConfig);
const log = createLogger('processor', config.LOG_LEVEL);
const sql = connect(config.DATABASE_URL, { max: config.PROCESSOR_CONCURRENCY + 1 });
const queueBackend = createQueueBackend(config.QUEUE_URL, log, { lockMs: config.JOB_LOCK_MS });

const steps = startProcessor({
  sql,
  queueBackend,
  sources: SOURCES,
  concurrency: config.PROCESSOR_CONCURRENCY,
  log,
});

closeOnSignal([...steps, ['database', () => sql.end()]], { log, timeoutMs: config.SHUTDOWN_TIMEOUT_MS });
log.info('processing');
