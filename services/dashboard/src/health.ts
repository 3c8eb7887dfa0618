import {
  createHealthProbes,
  type HealthProbe,
  type Logger,
  type Monitoring,
} from '@energy-data-service/runtime';
import { type Context, Hono } from 'hono';

/** For whoever watches the process, with the checks of its monitoring server; no login. */
export function healthRoutes(monitoring: Pick<Monitoring, 'liveness' | 'readiness'>, log: Logger): Hono {
  const { livez, readyz } = createHealthProbes(monitoring, log);
  const routes = new Hono();
  routes.get('/livez', (c) => answerHealth(c, livez));
  routes.get('/readyz', (c) => answerHealth(c, readyz));
  return routes;
}

/** Names the checks that fail; why they do is for the log. */
async function answerHealth(c: Context, probe: HealthProbe): Promise<Response> {
  const failed = await probe();
  if (failed.length === 0) return c.json({ status: 'ok' });
  return c.json({ status: 'failed', failed: failed.map(({ name }) => name) }, 503);
}
