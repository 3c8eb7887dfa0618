import {
  createCollectionReader,
  createLatestPointReader,
  createLoadRowReader,
  createPayloadRecordReader,
  createPointReader,
  createRawPayloadRepository,
  createSeriesReader,
  type Sql,
} from '@energy-data-service/db';
import { type Dataset, nearest } from '@energy-data-service/domain';
import type { Logger, Monitoring } from '@energy-data-service/runtime';
import { createStatusReader } from '@energy-data-service/status';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import type { ApiEnv } from './api-env.ts';
import { areaRoutes } from './areas.ts';
import { collectDataRoutes, type RequestCollection } from './collect-data.ts';
import { collectionRoutes } from './collections.ts';
import { datasetRoutes } from './datasets.ts';
import { docsRoutes } from './docs.ts';
import { healthRoutes } from './health.ts';
import { httpMetrics } from './http-metrics.ts';
import { latestRoutes } from './latest.ts';
import { loadDataRoutes } from './load-data.ts';
import { onError } from './on-error.ts';
import { OPEN_API } from './open-api.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { rawPayloadRoutes } from './raw-payloads.ts';
import { limitRequests, REQUEST_LIMITS, type RequestLimits } from './request-limits.ts';
import { requestLog } from './request-log.ts';
import { createRouter } from './router.ts';
import { seriesRoutes } from './series.ts';
import { statusRoutes } from './status.ts';
import { valueRoutes } from './values.ts';

export interface ApiDependencies {
  /** For answers that are streamed: each holds a connection for a page at a time. */
  readonly sql: Sql;
  /**
   * For what is found at once. Statements of one turn of the event loop share a connection and travel together, so
   * that two connections answer more requests than ten.
   */
  readonly lookups: Sql;
  /** Every dataset that any source knows. */
  readonly datasets: readonly Dataset[];
  /** Requests per minute that all collectors together may send, by source id. */
  readonly budgets: ReadonlyMap<string, number>;
  readonly log: Logger;
  readonly requestCollection: RequestCollection;
  /** Gets the metrics and checks of the API, and is served by it: `/livez`, `/readyz`, `/metrics`. */
  readonly monitoring: Monitoring;
  /** By default those of `REQUEST_LIMITS`. */
  readonly limits?: RequestLimits;
}

/** The REST API. It listens to nothing yet, see `startApi`. */
export function createApp({
  sql,
  lookups,
  datasets,
  budgets,
  log,
  requestCollection,
  monitoring,
  limits = REQUEST_LIMITS,
}: ApiDependencies): OpenAPIHono<ApiEnv> {
  const app = createRouter();
  app.use(httpMetrics(monitoring.registry), requestId(), requestLog(log), noStore);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header('allow', methods.join(', '));
        return problemResponse(c, new ProblemError(405, `${c.req.method} is not allowed here`));
      },
    }),
  );
  app.use('/v1/*', limitRequests(limits));
  app.onError(onError);

  const series = createSeriesReader(lookups);
  app.route('/', datasetRoutes(datasets, series));
  app.route('/', areaRoutes());
  app.route('/', seriesRoutes(datasets, series));
  app.route('/', valueRoutes(datasets, { series, points: createPointReader(sql) }));
  app.route('/', latestRoutes(datasets, createLatestPointReader(lookups)));
  app.route('/', loadDataRoutes(datasets, { series, loadRows: createLoadRowReader(sql) }));
  app.route('/', collectDataRoutes(datasets, requestCollection));
  app.route('/', collectionRoutes(createCollectionReader(sql)));
  app.route(
    '/',
    rawPayloadRoutes({ records: createPayloadRecordReader(sql), payloads: createRawPayloadRepository(sql) }),
  );
  app.route('/', statusRoutes(createStatusReader(sql, datasets, budgets)));
  monitoring.readiness.set('database', async () => lookups`select 1`);
  app.route('/', healthRoutes(monitoring, log));
  app.get('/metrics', async (c) => {
    const { registry } = monitoring;
    return c.body(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
  app.route('/', docsRoutes());
  app.get('/openapi.json', (c) => c.json(app.getOpenAPI31Document(OPEN_API)));

  const paths = [...new Set(app.routes.map(({ path }) => path))].filter((path) => !path.includes('*'));
  app.notFound((c) => {
    const [meant] = nearest(c.req.path, paths);
    const hint = meant === undefined ? '' : `, did you mean ${meant}?`;
    return problemResponse(c, new ProblemError(404, `no route ${c.req.path}${hint}; /docs shows all`));
  });
  return app;
}

/** Answers change with every collection; only what says otherwise may be kept. */
const noStore: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
};
