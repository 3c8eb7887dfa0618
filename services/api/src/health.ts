import {
  createHealthProbes,
  type HealthProbe,
  type Logger,
  type Monitoring,
} from '@energy-data-service/runtime';
import { createRoute, z } from '@hono/zod-openapi';
import { strictParameters } from './parameters.ts';
import { ProblemError } from './problem.ts';
import { FAILURES, jsonContent } from './responses.ts';
import { createRouter } from './router.ts';

const Health = z.object({ status: z.literal('ok') }).openapi('Health');

const livez = createRoute({
  operationId: 'livez',
  tags: ['Operation'],
  method: 'get',
  path: '/livez',
  summary: 'Whether the process is alive: if not, only a new start helps',
  request: { query: strictParameters({}) },
  responses: { 200: jsonContent(Health, 'It is'), 503: FAILURES[503] },
});

const readyz = createRoute({
  operationId: 'readyz',
  tags: ['Operation'],
  method: 'get',
  path: '/readyz',
  summary: 'Whether everything that the service depends on answers',
  request: { query: strictParameters({}) },
  responses: { 200: jsonContent(Health, 'It does'), 503: FAILURES[503] },
});

export function healthRoutes(monitoring: Pick<Monitoring, 'liveness' | 'readiness'>, log: Logger) {
  const probes = createHealthProbes(monitoring, log);
  return createRouter()
    .openapi(livez, async (c) => {
      await requireHealth('not alive', probes.livez);
      return c.json({ status: 'ok' as const }, 200);
    })
    .openapi(readyz, async (c) => {
      await requireHealth('not ready', probes.readyz);
      return c.json({ status: 'ok' as const }, 200);
    });
}

/** @throws {ProblemError} naming the checks that fail; why they do is for the log */
async function requireHealth(title: string, probe: HealthProbe): Promise<void> {
  const failed = await probe();
  if (failed.length === 0) return;
  const names = failed.map(({ name }) => name).join(', ');
  throw new ProblemError(
    503,
    `${title}: ${names} away`,
    failed.map(({ name }) => ({ parameter: name, message: 'away' })),
  );
}
