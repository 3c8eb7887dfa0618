import { serveDatabase } from '@energy-data-service/api';
import { connect } from '@energy-data-service/db';
import { createLogger } from '@energy-data-service/runtime';
import { budgetsOf, SOURCES } from '@energy-data-service/sources';

/** Serves the API of the database at the URL that is the argument, as the API's own process does. */
const [databaseUrl = ''] = process.argv.slice(2);

const sql = connect(databaseUrl);
const lookups = connect(databaseUrl, { max: 2 });
const api = await serveDatabase({
  sql,
  lookups,
  sources: SOURCES,
  budgets: budgetsOf(SOURCES).parse({}),
  hostname: '127.0.0.1',
  port: 0,
  log: createLogger('api', 'info'),
});
process.once('disconnect', async () => {
  await api.close();
  await Promise.all([sql.end(), lookups.end()]);
});
process.send?.(api.url);
