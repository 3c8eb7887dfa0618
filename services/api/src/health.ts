import { findFailedChecks, type HealthCheck, type Monitoring } from '@energy-data-service/runtime';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiEnv } from './api-env.ts';
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

export function healthRoutes({ liveness, readiness }: Pick<Monitoring, 'liveness' | 'readiness'>) {
  return createRouter()
    .openapi(livez, async (c) => {
      await requireHealth(c, 'not alive', liveness);
      return c.json({ status: 'ok' as const }, 200);
    })
    .openapi(readyz, async (c) => {
      await requireHealth(c, 'not ready', [...liveness, ...readiness]);
      return c.json({ status: 'ok' as const }, 200);
    });
}

/** @throws {ProblemError} naming the checks that fail; why they do is for the log */
async function requireHealth(
  c: Context<ApiEnv>,
  title: string,
  checks: Iterable<readonly [string, HealthCheck]>,
): Promise<void> {
  const failed = await findFailedChecks(checks);
  if (failed.length === 0) return;
  for (const { name, reason } of failed) c.var.log.warn({ err: reason, dependency: name }, title);
  const names = failed.map(({ name }) => name).join(', ');
  throw new ProblemError(
    503,
    `${title}: ${names} away`,
    failed.map(({ name }) => ({ parameter: name, message: 'away' })),
  );
}
