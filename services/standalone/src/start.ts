import { serveDatabase } from '@energy-data-service/api';
import { startCollector } from '@energy-data-service/collector';
import {
  DEFAULT_PORT as DASHBOARD_PORT,
  DashboardPasswords,
  hasPassword,
  startDashboard,
} from '@energy-data-service/dashboard';
import { connect, disconnect, isDatabaseAway, isDatabaseFull, migrate } from '@energy-data-service/db';
import { startProcessor } from '@energy-data-service/processor';
import { createJobMetrics, createQueueBackend } from '@energy-data-service/queue';
import {
  type CloseStep,
  holdReadiness,
  isLoopbackHost,
  isPortTaken,
  type Logger,
  monitorProcess,
  parseConfig,
  refuseTakenPort,
  StartError,
  startMonitoringServer,
  withPortSetting,
} from '@energy-data-service/runtime';
import { startScheduler } from '@energy-data-service/scheduler';
import { startSimulator } from '@energy-data-service/simulator';
import { SOURCES } from '@energy-data-service/sources';
import { isSimulated, type StandaloneConfig } from './config.ts';
import { openDatabase } from './database.ts';

/** Requests of one answer at a time are slow only on the platform's side. */
const COLLECTOR_CONCURRENCY = 8;
const PROCESSOR_CONCURRENCY = 2;
const API_PORT = 8080;

interface Surroundings {
  /** A logger that writes in the name of a service. */
  readonly logger: (service: string) => Logger;
  /** A line for the person at the terminal. */
  readonly print: (line: string) => void;
  /** Aborts once the process is told to end. */
  readonly closing: AbortSignal;
}

/**
 * Starts everything in this process: PostgreSQL, the simulator if there is no token, and the services.
 *
 * @param env - where the sources' settings are read
 * @param closeSteps - gets what ends the parts, in order, as they are started
 * @returns the URLs of the API and of the dashboard, and what resolves when the database's server is gone
 */
export async function startStandalone(
  config: StandaloneConfig,
  env: NodeJS.ProcessEnv,
  { logger, print, closing }: Surroundings,
  closeSteps: CloseStep[],
): Promise<{ url: string; dashboardUrl: string; databaseEnded: Promise<void> }> {
  const monitoring = monitorProcess();
  const started = holdReadiness(monitoring, closing);
  const jobMetrics = createJobMetrics(monitoring.registry);
  if (config.MONITORING_PORT !== undefined) {
    const server = await startMonitoringServer({
      monitoring,
      port: config.MONITORING_PORT,
      hostname: config.MONITORING_HOST,
      log: logger('monitoring'),
    });
    closeSteps.unshift(['monitoring server', () => server.close()]);
  }
  const simulated = isSimulated(config);
  const settings = { ...env };
  if (simulated) {
    const simulator = await startSimulator({ provisionalHours: 6 });
    closeSteps.unshift(['simulator', () => simulator.close()]);
    Object.assign(settings, { ENTSOE_SECURITY_TOKEN: 'simulated', ENTSOE_BASE_URL: simulator.url });
  }
  const sources = SOURCES.map((source) => {
    const [own] = parseConfig(settings, source.settings);
    return { source, settings: own };
  });
  const budgets = new Map(
    sources.map(({ source, settings: own }) => [source.id, source.requestsPerMinute(own)]),
  );
  const [passwords] = parseConfig(env, DashboardPasswords);
  const database = await openDatabase(
    { dataDir: config.DATA_DIR, url: config.DATABASE_URL, simulated },
    print,
  );
  closeSteps.unshift(...database.closeSteps);
  await migrate(database.url, {
    columnstoreAfterDays: config.COLUMNSTORE_AFTER_DAYS,
    patience: {
      onWait: ({ holders }) =>
        print(`The schema is to be changed, and waits for who uses it: ${holders.join(', ')}`),
    },
  }).catch((err: unknown) => {
    if (config.DATABASE_URL === undefined || !isDatabaseAway(err) || isDatabaseFull(err)) throw err;
    throw new StartError(`The database cannot be reached (${describeReason(err)}): see DATABASE_URL.`, {
      cause: err,
    });
  });
  const sql = connect(database.url, { max: 20 });
  const lookups = connect(database.url, { max: 2 });
  closeSteps.unshift(['database connections', () => disconnect(sql, lookups)]);

  const queueBackend = createQueueBackend(config.QUEUE_URL ?? database.url, logger('queue'));

  // Without a password nobody else may look, whoever may read the API.
  const dashboardHost = hasPassword(passwords) || isLoopbackHost(config.HOST) ? config.HOST : '127.0.0.1';
  // Both, before either announces itself.
  await refuseTakenPort('PORT', config.PORT, config.HOST);
  await refuseTakenPort('DASHBOARD_PORT', config.DASHBOARD_PORT, dashboardHost);
  // Before anything is asked of a source: the port may be taken.
  const api = await startOnFreePort({ name: 'PORT', port: config.PORT, usual: API_PORT }, print, (port) =>
    serveDatabase({
      sql,
      lookups,
      sources: SOURCES,
      budgets,
      hostname: config.HOST,
      port,
      monitoring,
      log: logger('api'),
    }),
  );
  closeSteps.unshift(['api', () => api.close()]);
  const dashboard = await startOnFreePort(
    { name: 'DASHBOARD_PORT', port: config.DASHBOARD_PORT, usual: DASHBOARD_PORT },
    print,
    (port) =>
      startDashboard({
        queueBackend,
        sources: SOURCES.map(({ id }) => id),
        passwords,
        hostname: dashboardHost,
        port,
        monitoring,
        log: logger('dashboard'),
      }),
  );
  closeSteps.unshift(['dashboard', () => dashboard.close()]);
  closeSteps.unshift(
    ...startProcessor({
      sql,
      queueBackend,
      sources: SOURCES,
      concurrency: PROCESSOR_CONCURRENCY,
      monitoring,
      jobMetrics,
      log: logger('processor'),
    }),
  );
  closeSteps.unshift(
    ...startCollector({
      sql,
      queueBackend,
      sources,
      concurrency: COLLECTOR_CONCURRENCY,
      monitoring,
      jobMetrics,
      log: logger('collector'),
    }),
  );
  closeSteps.unshift(
    ...(await startScheduler({
      sql,
      queueBackend,
      sources: SOURCES,
      budgets,
      datasets: config.COLLECT_DATASETS,
      areas: config.COLLECT_AREAS,
      monitoring,
      log: logger('scheduler'),
    })),
  );
  await database.publish(api.url);
  started();
  return { url: api.url, dashboardUrl: dashboard.url, databaseEnded: database.ended };
}

/** Several tries of one connection are gathered without a message. */
function describeReason(err: unknown): string {
  if (!(err instanceof Error)) return String(err);
  return err.message || ('code' in err ? String(err.code) : err.name);
}

/** On the port that was asked for, or else on the usual one, or else on any. */
async function startOnFreePort<T>(
  { name, port, usual }: { name: string; port: number | undefined; usual: number },
  print: Surroundings['print'],
  start: (port: number) => Promise<T>,
): Promise<T> {
  if (port !== undefined) return withPortSetting({ name, port }, () => start(port));
  try {
    return await start(usual);
  } catch (err) {
    if (!isPortTaken(err)) throw err;
    print(`Port ${usual} is taken by another process: a free one is used instead (${name} chooses another).`);
    return start(0);
  }
}
