import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { ApiEnv } from './api-env.ts';
import { onceSent } from './once-sent.ts';

/** Counts and measures requests by the pattern of their route, so that no path of a client makes a series of its own. */
export function httpMetrics(registry: Registry): MiddlewareHandler<ApiEnv> {
  const registers = [registry];
  const requests = new Counter({
    name: 'energy_data_http_requests_total',
    help: 'HTTP requests by the status of their answer',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: 'energy_data_http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer, or of its connection',
    labelNames: ['method', 'route'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });

  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const { method } = c.req;
    const route = routeLabel(routePath(c, -1));
    requests.inc({ method, route, status: c.res.status });
    const measure = () => duration.observe({ method, route }, (performance.now() - startedAt) / 1_000);
    // Its body is written after all handlers are through; who left before that waited for so long all the same.
    if (c.env?.outgoing === undefined) measure();
    else onceSent(c, measure);
  };
}

/** What no route matched was only seen by the handlers of all. */
function routeLabel(pattern: string): string {
  return pattern.endsWith('*') ? 'none' : pattern;
}
