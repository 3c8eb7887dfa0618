import type { Queue } from 'bullmq';
import { expect, it } from 'vitest';
import type { QueueBackend } from './backend.ts';
import { type BoardRole, type BoardServer, createBoard } from './board.ts';

type Routes = Parameters<BoardServer['setApiRoutes']>[0];

const backend: QueueBackend = {
  createQueue: <T>(name: string) =>
    ({ name, metaValues: { version: 'bullmq:6.7.0' } }) as unknown as Queue<T>,
  createWorker: () => {
    throw new Error('a board runs no worker');
  },
  readMemory: async () => null,
  checkWrite: async () => undefined,
  close: async () => undefined,
};

/** What a board registers for a role. */
function routesFor(role: BoardRole): Routes {
  let routes: Routes = [];
  const server: BoardServer = {
    setQueues: () => server,
    setViewsPath: () => server,
    setStaticPath: () => server,
    setEntryRoute: () => server,
    setErrorHandler: () => server,
    setUIConfig: () => server,
    setApiRoutes(all) {
      routes = all;
      return server;
    },
  };
  createBoard(backend, ['test']).serve(server, role, {});
  return routes;
}

function changingRoutes(role: BoardRole): Routes {
  return routesFor(role).filter(({ method }) => method !== 'get');
}

/** The routes that change something and are not refused with 403 for a queue that does not exist. */
async function permitted(role: BoardRole, queueStatus = 'failed'): Promise<string[]> {
  const paths: string[] = [];
  const changing = changingRoutes(role);
  for (const { route, handler } of changing) {
    const { status } = await handler({
      queues: new Map(),
      uiConfig: {},
      query: {},
      params: { queueName: 'unknown', ...(route.includes(':queueStatus') && { queueStatus }) },
      body: {},
      headers: {},
    });
    if (status !== 403) paths.push(String(route));
  }
  return paths.sort();
}

it('knows all that can change something: for what is new, the page has to be looked at, too', () => {
  expect(
    changingRoutes('operator')
      .flatMap(({ route }) => route)
      .sort(),
  ).toEqual([
    '/api/queues/:queueName/:jobId/clean',
    '/api/queues/:queueName/:jobId/delay',
    '/api/queues/:queueName/:jobId/priority',
    '/api/queues/:queueName/:jobId/promote',
    '/api/queues/:queueName/:jobId/remove-unprocessed-children',
    '/api/queues/:queueName/:jobId/retry',
    '/api/queues/:queueName/:jobId/update-data',
    '/api/queues/:queueName/add',
    '/api/queues/:queueName/clean/:queueStatus',
    '/api/queues/:queueName/concurrency',
    '/api/queues/:queueName/empty',
    '/api/queues/:queueName/job-schedulers/:schedulerId',
    '/api/queues/:queueName/job-schedulers/:schedulerId/remove',
    '/api/queues/:queueName/job-schedulers/:schedulerId/run',
    '/api/queues/:queueName/obliterate',
    '/api/queues/:queueName/pause',
    '/api/queues/:queueName/promote',
    '/api/queues/:queueName/rate-limit',
    '/api/queues/:queueName/rate-limit/release',
    '/api/queues/:queueName/resume',
    '/api/queues/:queueName/retry/:queueStatus',
    '/api/queues/pause',
    '/api/queues/resume',
  ]);
});

it('lets a viewer change nothing at all', async () => {
  expect(await permitted('viewer')).toEqual([]);
});

it('lets an operator retry, promote and clean, and nothing else', async () => {
  expect(await permitted('operator')).toEqual([
    '/api/queues/:queueName/:jobId/clean',
    '/api/queues/:queueName/:jobId/promote',
    '/api/queues/:queueName/:jobId/retry',
    '/api/queues/:queueName/clean/:queueStatus',
    '/api/queues/:queueName/promote',
    '/api/queues/:queueName/retry/:queueStatus',
  ]);
});

it('lets nobody clean jobs that run', async () => {
  expect(await permitted('operator', 'active')).not.toContain('/api/queues/:queueName/clean/:queueStatus');
});

it('lets nobody retry all jobs that succeeded', async () => {
  const allowed = await permitted('operator', 'completed');
  expect(allowed).toContain('/api/queues/:queueName/clean/:queueStatus');
  expect(allowed).not.toContain('/api/queues/:queueName/retry/:queueStatus');
});
