import { setTimeout as delay } from 'node:timers/promises';
import { createRoute, z } from '@hono/zod-openapi';
import { strictParameters } from './parameters.ts';
import { ProblemError } from './problem.ts';
import { FAILURES, jsonContent } from './responses.ts';
import { createRouter } from './router.ts';

/** Asks what the service depends on, by name; a check throws when its part is away. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

const CHECK_TIMEOUT_MS = 2_000;

const Health = z.object({ status: z.literal('ok') }).openapi('Health');

const livez = createRoute({
  operationId: 'livez',
  tags: ['Operation'],
  method: 'get',
  path: '/livez',
  summary: 'Whether the process is alive',
  request: { query: strictParameters({}) },
  responses: { 200: jsonContent(Health, 'It is') },
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

export function healthRoutes(checks: ReadinessChecks, timeoutMs = CHECK_TIMEOUT_MS) {
  return createRouter()
    .openapi(livez, (c) => c.json({ status: 'ok' as const }, 200))
    .openapi(readyz, async (c) => {
      const names = Object.keys(checks);
      const results = await Promise.allSettled(
        Object.values(checks).map((check) => within(timeoutMs, check)),
      );
      const errors = results.flatMap((result, i) => {
        if (result.status === 'fulfilled') return [];
        const parameter = names[i] ?? '';
        c.var.log.warn({ err: result.reason, dependency: parameter }, 'not ready');
        return [{ parameter, message: 'away' }];
      });
      if (errors.length > 0) {
        const away = errors.map(({ parameter }) => parameter).join(', ');
        throw new ProblemError(503, `not ready: ${away} away`, errors);
      }
      return c.json({ status: 'ok' as const }, 200);
    });
}

async function within(timeoutMs: number, check: () => Promise<unknown>): Promise<unknown> {
  const timer = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`no answer within ${timeoutMs} ms`);
  });
  try {
    return await Promise.race([check(), late]);
  } finally {
    // Its rejection belongs to the race, which is over.
    late.catch(() => undefined);
    timer.abort();
  }
}
