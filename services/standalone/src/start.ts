import { serveDatabase } from '@energy-data-service/api';
import { startCollector } from '@energy-data-service/collector';
import { connect, migrate } from '@energy-data-service/db';
import { startProcessor } from '@energy-data-service/processor';
import { createQueueBackend } from '@energy-data-service/queue';
import { type CloseStep, type Logger, parseConfig } from '@energy-data-service/runtime';
import { startScheduler } from '@energy-data-service/scheduler';
import { startSimulator } from '@energy-data-service/simulator';
import { SOURCES } from '@energy-data-service/sources';
import { isSimulated, type StandaloneConfig } from './config.ts';
import { openDatabase } from './database.ts';

/** Requests of one answer at a time are slow only on the platform's side. */
const COLLECTOR_CONCURRENCY = 8;
const PROCESSOR_CONCURRENCY = 2;
const DEFAULT_PORT = 8080;

interface Output {
  /** A logger that writes in the name of a service. */
  readonly logger: (service: string) => Logger;
  /** A line for the person at the terminal. */
  readonly print: (line: string) => void;
}

/**
 * Starts everything in this process: PostgreSQL, the simulator if there is no token, and the services.
 *
 * @param env - where the sources' settings are read
 * @param closeSteps - gets what ends the parts, in order, as they are started
 * @returns the API's URL, and what resolves when the database's server is gone
 */
export async function startStandalone(
  config: StandaloneConfig,
  env: NodeJS.ProcessEnv,
  { logger, print }: Output,
  closeSteps: CloseStep[],
): Promise<{ url: string; databaseEnded: Promise<void> }> {
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
  const database = await openDatabase(
    { dataDir: config.DATA_DIR, url: config.DATABASE_URL, simulated },
    print,
  );
  closeSteps.unshift(...database.closeSteps);
  await migrate(database.url);
  const sql = connect(database.url, { max: 20 });
  const lookups = connect(database.url, { max: 2 });
  closeSteps.unshift(['database connections', () => Promise.all([sql.end(), lookups.end()])]);

  const queueBackend = createQueueBackend(config.QUEUE_URL ?? database.url, logger('queue'));

  // Before anything is asked of a source: the port may be taken.
  const api = await startApiOnFreePort(config, print, (port) =>
    serveDatabase({ sql, lookups, sources: SOURCES, hostname: config.HOST, port, log: logger('api') }),
  );
  closeSteps.unshift(['api', () => api.close()]);
  closeSteps.unshift(
    ...startProcessor({
      sql,
      queueBackend,
      sources: SOURCES,
      concurrency: PROCESSOR_CONCURRENCY,
      log: logger('processor'),
    }),
  );
  closeSteps.unshift(
    ...startCollector({
      sql,
      queueBackend,
      sources,
      concurrency: COLLECTOR_CONCURRENCY,
      log: logger('collector'),
    }),
  );
  closeSteps.unshift(
    ...(await startScheduler({
      sql,
      queueBackend,
      sources: SOURCES,
      datasets: config.COLLECT_DATASETS,
      areas: config.COLLECT_AREAS,
      log: logger('scheduler'),
    })),
  );
  await database.publish(api.url);
  return { url: api.url, databaseEnded: database.ended };
}

/** On the port that was asked for, or else on the usual one, or else on any. */
async function startApiOnFreePort<T>(
  { PORT }: StandaloneConfig,
  print: Output['print'],
  start: (port: number) => Promise<T>,
): Promise<T> {
  if (PORT !== undefined) return start(PORT);
  try {
    return await start(DEFAULT_PORT);
  } catch (err) {
    if (!isPortTaken(err)) throw err;
    print(
      `Port ${DEFAULT_PORT} is taken by another process: the API takes a free one (PORT chooses another).`,
    );
    return start(0);
  }
}

function isPortTaken(err: unknown): boolean {
  const cause = err instanceof Error ? err.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}
