import { connect, disconnect, findDatabaseReadiness } from '@energy-data-service/db';
import { createQueueBackend, findQueueReadiness } from '@energy-data-service/queue';
import { loadConfig, runService, waitUntilReady } from '@energy-data-service/runtime';
import { budgetsOf, SOURCES } from '@energy-data-service/sources';
import { SchedulerConfig } from './config.ts';
import { startScheduler } from './start.ts';

const [config, budgets] = loadConfig(SchedulerConfig, budgetsOf(SOURCES));

await runService('scheduler', config, async ({ log, monitoring, closing: signal, closeSteps }) => {
  await waitUntilReady('database', () => findDatabaseReadiness(config.DATABASE_URL), { log, signal });
  await waitUntilReady('queue', () => findQueueReadiness(config.QUEUE_URL), { log, signal });
  const sql = connect(config.DATABASE_URL, { max: 4 });
  closeSteps.unshift(['database', () => disconnect(sql)]);
  const steps = await startScheduler({
    sql,
    queueBackend: createQueueBackend(config.QUEUE_URL, log),
    sources: SOURCES,
    budgets,
    datasets: config.COLLECT_DATASETS,
    areas: config.COLLECT_AREAS,
    everyMs: config.SCHEDULER_EVERY_MS,
    monitoring,
    log,
  });
  closeSteps.unshift(...steps);
  log.info(
    {
      datasets: config.COLLECT_DATASETS.map(({ id }) => id),
      areas: config.COLLECT_AREAS.map(({ code }) => code),
    },
    'scheduling',
  );
});
