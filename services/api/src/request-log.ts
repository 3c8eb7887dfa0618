import type { Logger } from '@energy-data-service/runtime';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';

/** Asked every few seconds by machines. */
const PROBES: ReadonlySet<string> = new Set(['/livez', '/readyz', '/metrics']);

/** Gives the request a log of its own, and writes one line about it once the head of its answer is known. */
export function requestLog(log: Logger): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    c.set('log', log.child({ requestId: c.var.requestId }));
    const startedAt = performance.now();
    await next();
    c.var.log[PROBES.has(c.req.path) ? 'debug' : 'info'](
      {
        method: c.req.method,
        path: c.req.path,
        status: c.res.status,
        durationMs: Math.round(performance.now() - startedAt),
      },
      'request answered',
    );
  };
}
