import { connect } from '@energy-data-service/db';
import { closeOnSignal, createLogger, loadConfig } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { ApiConfig } from './config.ts';
import { serveDatabase } from './start.ts';

const [config] = loadConfig(ApiConfig);
const log = createLogger('api', config.LOG_LEVEL);
const sql = connect(config.DATABASE_URL);

const api = await serveDatabase({ sql, sources: SOURCES, hostname: config.HOST, port: config.PORT, log });

closeOnSignal(
  [
    ['http server', () => api.close()],
    ['database', () => sql.end()],
  ],
  { log, timeoutMs: config.SHUTDOWN_TIMEOUT_MS },
);
