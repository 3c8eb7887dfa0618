import type { Context } from 'hono';
import type { ApiEnv } from './api-env.ts';

/**
 * Calls back once the answer of a request has been sent, or is not wanted any more: the connection is gone, or the request was
 * given up and answered otherwise. At once if that has happened already; never without a connection, as in tests.
 */
export function onceSent(c: Context<ApiEnv>, callBack: () => void): void {
  const outgoing = c.env?.outgoing;
  if (outgoing?.closed) callBack();
  else outgoing?.once('close', callBack);
}
