import { connect } from '@energy-data-service/db';
import { closeOnSignal, createLogger, loadConfig } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { ApiConfig } from './config.ts';
import { serveDatabase } from './start.ts';

const [config] = loadConfig(ApiConfig);
const log = createLogger('api', config.LOG_LEVEL);
const sql = connect(config.DATABASE_URL);
const lookups = connect(config.DATABASE_URL, { max: 2 });

const api = await serveDatabase({
  sql,
  lookups,
  sources: SOURCES,
  hostname: config.HOST,
  port: config.PORT,
  log,
});

closeOnSignal(
  [
    ['http server', () => api.close()],
    ['database', () => Promise.all([sql.end(), lookups.end()])],
  ],
  { log, timeoutMs: config.SHUTDOWN_TIMEOUT_MS },
);
