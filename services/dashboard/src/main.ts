import { createQueueBackend } from '@energy-data-service/queue';
import { loadConfig, runService } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { DashboardAccess, DashboardConfig } from './config.ts';
import { startDashboard } from './start.ts';

const [config, passwords] = loadConfig(DashboardConfig, DashboardAccess);

await runService('dashboard', config, async ({ log, monitoring, closeSteps }) => {
  const dashboard = await startDashboard({
    queueBackend: createQueueBackend(config.QUEUE_URL, log),
    sources: SOURCES.map(({ id }) => id),
    passwords,
    hostname: config.HOST,
    port: config.PORT,
    monitoring,
    log,
  });
  closeSteps.unshift(['dashboard', () => dashboard.close()]);
});
