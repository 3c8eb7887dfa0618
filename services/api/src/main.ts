import { connect, disconnect, findDatabaseReadiness } from '@energy-data-service/db';
import { loadServiceConfig, runService, waitUntilReady } from '@energy-data-service/runtime';
import { budgetsOf, SOURCES } from '@energy-data-service/sources';
import { ApiConfig } from './config.ts';
import { serveDatabase } from './start.ts';

const [config, budgets] = loadServiceConfig(
  { command: 'pnpm api', does: 'Serves what is stored over HTTP; /docs shows every route.' },
  ApiConfig,
  budgetsOf(SOURCES),
);

await runService('api', config, async ({ log, monitoring, closing: signal, closeSteps }) => {
  await waitUntilReady('database', () => findDatabaseReadiness(config.DATABASE_URL), { log, signal });
  const statementTimeoutMs = config.STATEMENT_TIMEOUT_MS;
  const sql = connect(config.DATABASE_URL, { statementTimeoutMs });
  const lookups = connect(config.DATABASE_URL, { max: 2, statementTimeoutMs });
  closeSteps.unshift(['database', () => disconnect(sql, lookups)]);
  const api = await serveDatabase({
    sql,
    lookups,
    sources: SOURCES,
    budgets,
    hostname: config.HOST,
    port: config.PORT,
    monitoring,
    log,
  });
  closeSteps.unshift(['http server', () => api.close()]);
});
