import { getConnInfo } from '@hono/node-server/conninfo';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';
import { ProblemError } from './problem.ts';

/**
 * Lets only the machine that the service runs on pass. What counts is who opened the connection: a header such
 * as X-Forwarded-For could be written by anyone.
 */
export const requireLoopback: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (c.env.incoming === undefined || !isLoopback(getConnInfo(c).remote.address)) {
    throw new ProblemError(
      403,
      'collecting is allowed only from the machine that the service runs on; where it runs in a container, from inside that',
    );
  }
  await next();
};

/** Whether an address of a peer is this machine itself; IPv4 may come mapped into IPv6. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
