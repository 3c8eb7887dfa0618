import type { Sql } from '@energy-data-service/db';
import type { Source } from '@energy-data-service/domain';
import { createMonitoring, type Logger, type Monitoring } from '@energy-data-service/runtime';
import { allDatasets } from '@energy-data-service/sources';
import { createRequestCollection } from './request-collection.ts';
import { type RunningApi, startApi } from './server.ts';

interface Options {
  readonly sql: Sql;
  readonly lookups: Sql;
  readonly sources: readonly Source[];
  /** Requests per minute that all collectors together may send, by source id. */
  readonly budgets: ReadonlyMap<string, number>;
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Gets the metrics and checks of the API, and is served by it. */
  readonly monitoring?: Monitoring;
  readonly log: Logger;
}

/** Serves the API of a database. */
export async function serveDatabase({
  sql,
  lookups,
  sources,
  budgets,
  hostname,
  port,
  monitoring = createMonitoring(),
  log,
}: Options): Promise<RunningApi> {
  const api = await startApi({
    sql,
    lookups,
    datasets: allDatasets(sources),
    budgets,
    hostname,
    port,
    log,
    requestCollection: createRequestCollection(sql),
    monitoring,
  });
  log.info({ url: api.url }, 'serving: whoever reaches the API may read, and collect from this machine');
  return api;
}
