import { connect } from '@energy-data-service/db';
import { createQueueBackend } from '@energy-data-service/queue';
import { closeOnSignal, createLogger, loadConfig } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { SchedulerConfig } from './config.ts';
import { startScheduler } from './start.ts';

const [config] = loadConfig(SchedulerConfig);
const log = createLogger('scheduler', config.LOG_LEVEL);
const sql = connect(config.DATABASE_URL, { max: 3 });
const queueBackend = createQueueBackend(config.QUEUE_URL, log);

const steps = await startScheduler({
  sql,
  queueBackend,
  sources: SOURCES,
  datasets: config.COLLECT_DATASETS,
  areas: config.COLLECT_AREAS,
  everyMs: config.SCHEDULER_EVERY_MS,
  log,
});

closeOnSignal([...steps, ['database', () => sql.end()]], { log, timeoutMs: config.SHUTDOWN_TIMEOUT_MS });
log.info(
  {
    datasets: config.COLLECT_DATASETS.map(({ id }) => id),
    areas: config.COLLECT_AREAS.map(({ code }) => code),
  },
  'scheduling',
);
