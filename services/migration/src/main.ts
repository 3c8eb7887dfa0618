import {
  createMissingDatabase,
  findStorage,
  isDatabaseAway,
  isDatabaseFull,
  migrate,
  type Storage,
} from '@energy-data-service/db';
import { createLogger, loadServiceConfig } from '@energy-data-service/runtime';
import { MigrationConfig } from './config.ts';

/** What the database can do, for the log. */
function describeStorage({ edition, hasHypertables }: Storage): string {
  if (edition === 'none') return 'PostgreSQL without TimescaleDB: ordinary tables';
  if (!hasHypertables) {
    return 'TimescaleDB, but ordinary tables, as they were made without it: docs/operations.md says how they become hypertables';
  }
  return edition === 'community'
    ? 'TimescaleDB, Community edition: hypertables, and old values in columns'
    : 'TimescaleDB, Apache edition: hypertables; old values stay rows, which takes more room';
}

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
  const applied = await migrate(DATABASE_URL, {
    columnstoreAfterDays: COLUMNSTORE_AFTER_DAYS,
    patience: {
      onWait: (wait) =>
        log.warn(wait, 'a table is in use, by a backup perhaps: nothing has changed, and it is tried again'),
    },
  });
  const storage = await findStorage(DATABASE_URL);
  const usesColumns = storage.edition === 'community' && storage.hasHypertables;
  log.info(
    { applied, server: describeStorage(storage), ...(usesColumns && { COLUMNSTORE_AFTER_DAYS }) },
    'schema is up to date',
  );
} catch (err) {
  if (isDatabaseAway(err) && !isDatabaseFull(err))
    log.fatal({ reason: err instanceof Error ? err.message : err }, 'the database cannot be reached');
  else log.fatal({ err }, 'migration failed');
  process.exitCode = 1;
}
