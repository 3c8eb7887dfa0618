import { findFailedChecks, type HealthCheck, type Logger } from '@energy-data-service/runtime';
import { Hono } from 'hono';

/**
 * For whoever watches the process; no login.
 *
 * @param check - fails while the queues' server is away
 */
export function healthRoutes(check: HealthCheck, log: Logger): Hono {
  const routes = new Hono();
  routes.get('/livez', (c) => c.json({ status: 'ok' }));
  routes.get('/readyz', async (c) => {
    const [failure] = await findFailedChecks([['queues', check]]);
    if (failure === undefined) return c.json({ status: 'ok' });
    log.warn({ err: failure.reason }, 'queues away');
    return c.json({ status: 'queues away' }, 503);
  });
  return routes;
}
