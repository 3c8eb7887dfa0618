import { connect, disconnect, findDatabaseReadiness } from '@energy-data-service/db';
import { createQueueBackend, findQueueReadiness, loadQueueTelemetry } from '@energy-data-service/queue';
import { loadServiceConfig, runService, waitUntilReady } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { ProcessorConfig } from './config.ts';
import { startProcessor } from './start.ts';

const [config] = loadServiceConfig(
  { command: 'pnpm processor', does: 'Parses what the sources answered, and stores its values.' },
  ProcessorConfig,
);

await runService('processor', config, async ({ log, monitoring, closing: signal, closeSteps }) => {
  await waitUntilReady('database', () => findDatabaseReadiness(config.DATABASE_URL), { log, signal });
  await waitUntilReady('queue', () => findQueueReadiness(config.QUEUE_URL), { log, signal });
  const sql = connect(config.DATABASE_URL, { max: config.PROCESSOR_CONCURRENCY + 1 });
  closeSteps.unshift(['database', () => disconnect(sql)]);
  monitoring.readiness.set('database', async () => sql`select 1`);
  const telemetry = config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : await loadQueueTelemetry();
  const steps = startProcessor({
    sql,
    queueBackend: createQueueBackend(config.QUEUE_URL, log, { lockMs: config.JOB_LOCK_MS, telemetry }),
    sources: SOURCES,
    concurrency: config.PROCESSOR_CONCURRENCY,
    monitoring,
    log,
  });
  closeSteps.unshift(...steps);
  log.info('processing');
});
