import { createQueueBackend } from '@energy-data-service/queue';
import { loadServiceConfig, runService, withPortSetting } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { DashboardAccess, DashboardConfig } from './config.ts';
import { startDashboard } from './start.ts';

const [config, passwords] = loadServiceConfig(
  { command: 'pnpm dashboard', does: 'Shows the queues in a browser: what waits, runs and failed.' },
  DashboardConfig,
  DashboardAccess,
);

await runService('dashboard', config, async ({ log, monitoring, closeSteps }) => {
  const dashboard = await withPortSetting({ name: 'PORT', port: config.PORT }, () =>
    startDashboard({
      queueBackend: createQueueBackend(config.QUEUE_URL, log),
      sources: SOURCES.map(({ id }) => id),
      passwords,
      hostname: config.HOST,
      port: config.PORT,
      monitoring,
      log,
    }),
  );
  closeSteps.unshift(['dashboard', () => dashboard.close()]);
});
