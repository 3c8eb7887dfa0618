import { connect, disconnect, findDatabaseReadiness } from '@energy-data-service/db';
import { createQueueBackend, findQueueReadiness } from '@energy-data-service/queue';
import { loadServiceConfig, runService, waitUntilReady } from '@energy-data-service/runtime';
import { budgetsOf, SOURCES } from '@energy-data-service/sources';
import { endedAreas, SchedulerConfig } from './config.ts';
import { startScheduler } from './start.ts';

const [config, budgets] = loadServiceConfig(
  { command: 'pnpm scheduler', does: 'Decides what is due, missing or lost, and has it collected.' },
  SchedulerConfig,
  budgetsOf(SOURCES),
);

await runService('scheduler', config, async ({ log, monitoring, closing: signal, closeSteps }) => {
  for (const { code, validUntil } of endedAreas(config.COLLECT_AREAS)) {
    log.warn(
      { area: code, since: validUntil },
      'an area of COLLECT_AREAS does not exist any more: nothing new comes of it',
    );
  }
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
