import { createMissingDatabase, isDatabaseAway, migrate, timescaleEdition } from '@energy-data-service/db';
import { createLogger, loadServiceConfig } from '@energy-data-service/runtime';
import { MigrationConfig } from './config.ts';

/** What the database can do, for the log. */
const EDITIONS = {
  community: 'TimescaleDB, Community edition: hypertables, and old values in columns',
  apache: 'TimescaleDB, Apache edition: hypertables; old values stay rows, which takes more room',
  none: 'PostgreSQL without TimescaleDB: ordinary tables',
} as const;

const [{ DATABASE_URL, COLUMNSTORE_AFTER_DAYS, LOG_LEVEL }] = loadServiceConfig(
  {
    command: 'pnpm migrate',
    does: 'Creates the database if it is missing, brings its schema up to date, and ends.',
  },
  MigrationConfig,
);
const log = createLogger('migration', LOG_LEVEL);

try {
  if (await createMissingDatabase(DATABASE_URL)) log.info('database created');
  const applied = await migrate(DATABASE_URL, { columnstoreAfterDays: COLUMNSTORE_AFTER_DAYS });
  const edition = await timescaleEdition(DATABASE_URL);
  log.info(
    { applied, server: EDITIONS[edition], ...(edition === 'community' && { COLUMNSTORE_AFTER_DAYS }) },
    'schema is up to date',
  );
} catch (err) {
  if (isDatabaseAway(err))
    log.fatal({ reason: err instanceof Error ? err.message : err }, 'the database cannot be reached');
  else log.fatal({ err }, 'migration failed');
  process.exitCode = 1;
}
