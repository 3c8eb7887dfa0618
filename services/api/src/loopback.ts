import { isLoopbackHost } from '@energy-data-service/runtime';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';
import { ProblemError } from './problem.ts';

export const NOT_THIS_MACHINE =
  'collecting is allowed only from the machine that the service runs on, by the name localhost or 127.0.0.1; where it runs in a container, from inside that';

/** What a proxy adds that says for whom it speaks. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Lets only the machine that the service runs on pass. What counts is who opened the connection, and that it speaks for
 * nobody else: a header such as X-Forwarded-For, which anyone could write, can only take the right away. Nor may a name of
 * somebody else's that leads to this machine be used: in a browser, that is a page of theirs.
 */
export const requireLoopback: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const isDirect = PROXY_HEADERS.every((name) => c.req.header(name) === undefined);
  const isNamed = isLoopbackHost(new URL(c.req.url).hostname);
  if (!isDirect || !isNamed || c.env.incoming === undefined || !isLoopback(getConnInfo(c).remote.address)) {
    throw new ProblemError(403, NOT_THIS_MACHINE);
  }
  await next();
};

/** Whether an address of a peer is this machine itself; IPv4 may come mapped into IPv6. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
