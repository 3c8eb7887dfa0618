import { migrate, timescaleEdition } from '@energy-data-service/db';
import { BaseConfig, createLogger, DatabaseUrl, loadConfig } from '@energy-data-service/runtime';

const [config] = loadConfig(BaseConfig.extend({ DATABASE_URL: DatabaseUrl }));
const log = createLogger('migration', config.LOG_LEVEL);

const applied = await migrate(config.DATABASE_URL);
log.info({ applied, timescaledb: await timescaleEdition(config.DATABASE_URL) }, 'schema is up to date');
