import type { CollectionProgress, CollectionReader } from '@energy-data-service/db';
import { createRoute, z } from '@hono/zod-openapi';
import { strictParameters } from './parameters.ts';
import { ProblemError } from './problem.ts';
import { FAILURES, jsonContent, MALFORMED, UNKNOWN } from './responses.ts';
import { createRouter } from './router.ts';

const STATUSES = ['pending', 'running', 'succeeded', 'failed'] as const;
type Status = (typeof STATUSES)[number];

const Collection = z
  .object({
    id: z.uuid(),
    status: z.enum(STATUSES).openapi({
      description:
        'pending: no window has been answered. succeeded, failed: all have ended, without or with a failure',
    }),
    windows: z.array(
      z.object({
        start_time: z.string().openapi({ example: '2023-03-03T00:00:00Z' }),
        end_time: z.string().openapi({ example: '2023-03-04T00:00:00Z' }),
        status: z.enum(STATUSES).openapi({ description: 'running: answered, and not yet processed' }),
        outcome: z
          .enum(['stored', 'no-data', 'failed'])
          .nullable()
          .openapi({ description: 'null until it has ended' }),
        points: z.int().nullable().openapi({ description: 'Values that the answer held', example: 24 }),
        error: z.string().nullable().openapi({ description: 'Why it failed, or why it has to wait' }),
      }),
    ),
    points_stored: z.int().openapi({ description: 'Sum of the points of all windows', example: 24 }),
  })
  .openapi('Collection');

const getCollection = createRoute({
  operationId: 'getCollection',
  tags: ['Collecting'],
  method: 'get',
  path: '/v1/collections/{id}',
  summary: 'The windows of a collection, and how each ended',
  request: {
    params: z.object({ id: z.uuid('must be a UUID').openapi({ description: 'From POST /v1/collect-data' }) }),
    query: strictParameters({}),
  },
  responses: { 200: jsonContent(Collection, 'The collection'), ...MALFORMED, ...UNKNOWN, ...FAILURES },
});

export function collectionRoutes(collections: CollectionReader) {
  return createRouter().openapi(getCollection, async (c) => {
    const { id } = c.req.valid('param');
    const collection = await collections.find(id);
    if (collection === undefined) {
      throw new ProblemError(404, 'unknown collection', [
        { parameter: 'id', message: `no collection ${id}` },
      ]);
    }
    return c.json(toBody(collection), 200);
  });
}

function toBody({ id, windows }: CollectionProgress): z.infer<typeof Collection> {
  const body = windows.map(({ from, to, status, ...rest }) => ({
    start_time: from.toString(),
    end_time: to.toString(),
    status: status === 'fetched' ? ('running' as const) : status,
    outcome: rest.outcome,
    points: rest.points,
    error: rest.error,
  }));
  return {
    id,
    status: overallStatus(body.map(({ status }) => status)),
    windows: body,
    points_stored: body.reduce((sum, { points }) => sum + (points ?? 0), 0),
  };
}

/** What the windows of a collection amount to. */
export function overallStatus(windows: readonly Status[]): Status {
  if (windows.every((status) => status === 'succeeded' || status === 'failed')) {
    return windows.includes('failed') ? 'failed' : 'succeeded';
  }
  return windows.every((status) => status === 'pending') ? 'pending' : 'running';
}
