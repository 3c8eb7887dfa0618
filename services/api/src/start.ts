import type { Sql } from '@energy-data-service/db';
import type { Source } from '@energy-data-service/domain';
import type { Logger } from '@energy-data-service/runtime';
import { allDatasets } from '@energy-data-service/sources';
import { createRequestCollection } from './request-collection.ts';
import { type RunningApi, startApi } from './server.ts';

interface Options {
  readonly sql: Sql;
  readonly lookups: Sql;
  readonly sources: readonly Source[];
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Logger;
}

/** Serves the API of a database. */
export async function serveDatabase({
  sql,
  lookups,
  sources,
  hostname,
  port,
  log,
}: Options): Promise<RunningApi> {
  const api = await startApi({
    sql,
    lookups,
    datasets: allDatasets(sources),
    hostname,
    port,
    log,
    requestCollection: createRequestCollection(sql),
    checks: {},
  });
  log.info({ url: api.url }, 'serving: whoever reaches the API may read, and collect from this machine');
  return api;
}
