import { connect, disconnect, findDatabaseReadiness } from '@energy-data-service/db';
import { createQueueBackend, findQueueReadiness, loadQueueTelemetry } from '@energy-data-service/queue';
import { loadServiceConfig, runService, waitUntilReady } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { CollectorConfig } from './config.ts';
import { startCollector } from './start.ts';

/** Statements take milliseconds where requests take seconds; so a server has room for dozens of collectors. */
const CONNECTIONS = 3;

const [config, ...settings] = loadServiceConfig(
  {
    command: 'pnpm collector',
    does: 'Asks the sources for what is due, and keeps their answers as they came.',
  },
  CollectorConfig,
  ...SOURCES.map((source) => source.settings),
);
const sources = SOURCES.map((source, i) => ({ source, settings: settings[i] }));

await runService('collector', config, async ({ log, monitoring, closing: signal, closeSteps }) => {
  await waitUntilReady('database', () => findDatabaseReadiness(config.DATABASE_URL), { log, signal });
  await waitUntilReady('queue', () => findQueueReadiness(config.QUEUE_URL), { log, signal });
  const sql = connect(config.DATABASE_URL, { max: CONNECTIONS });
  closeSteps.unshift(['database', () => disconnect(sql)]);
  monitoring.readiness.set('database', async () => sql`select 1`);
  const telemetry = config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : await loadQueueTelemetry();
  const steps = startCollector({
    sql,
    queueBackend: createQueueBackend(config.QUEUE_URL, log, { lockMs: config.JOB_LOCK_MS, telemetry }),
    sources,
    concurrency: config.COLLECTOR_CONCURRENCY,
    monitoring,
    log,
  });
  closeSteps.unshift(...steps);
  log.info({ sources: sources.map(({ source }) => source.id) }, 'collecting');
});
