import { isLoopbackHost } from '@energy-data-service/runtime';
import type { MiddlewareHandler } from 'hono';

/**
 * Lets only those pass who ask for this machine by a name of its own. A page of another site may give its name this
 * machine's address, and would then read what is here as its own.
 */
export const requireLoopbackName: MiddlewareHandler = async (c, next) => {
  const { hostname } = new URL(c.req.url);
  if (isLoopbackHost(hostname)) return next();
  return c.text('without a password, only this machine may look: http://127.0.0.1', 403);
};
