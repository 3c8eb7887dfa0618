import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { createApp, type DashboardDependencies } from '../app.ts';

/** Someone in front of a browser. */
export interface Visitor {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** As the dashboard's own page does, unless the headers say otherwise. */
  send(method: 'POST' | 'PUT' | 'PATCH', path: string, init?: RequestInit): Promise<Response>;
  put(path: string): Promise<Response>;
}

export interface TestDashboard extends AsyncDisposable {
  readonly anonymous: Visitor;
  /** A visitor whose browser sends this cookie. */
  withCookie(cookie: string): Visitor;
  /** Sends the form, without looking at the answer. */
  tryPassword(password: string, headers?: Record<string, string>): Promise<Response>;
  /** A visitor with the session that a password opens. */
  logIn(password: string): Promise<Visitor>;
}

/** Serves a dashboard on a free port of this machine. */
export async function serveTestDashboard(dependencies: DashboardDependencies): Promise<TestDashboard> {
  const server = createAdaptorServer({ fetch: createApp(dependencies).fetch });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
  const url = `http://127.0.0.1:${address.port}`;

  function visitor(cookie?: string): Visitor {
    const own = cookie === undefined ? {} : { cookie };
    const send: Visitor['send'] = (method, path, { headers, ...init } = {}) =>
      fetch(url + path, {
        method,
        redirect: 'manual',
        ...init,
        headers: { origin: url, ...own, ...(headers as Record<string, string>) },
      });
    return {
      get: (path, headers) => fetch(url + path, { redirect: 'manual', headers: { ...own, ...headers } }),
      send,
      put: (path) => send('PUT', path),
    };
  }

  function tryPassword(password: string, headers: Record<string, string> = {}): Promise<Response> {
    return visitor().send('POST', '/login', { body: new URLSearchParams({ password }), headers });
  }

  return {
    anonymous: visitor(),
    withCookie: visitor,
    tryPassword,
    async logIn(password) {
      const [cookie] = (await tryPassword(password)).headers.getSetCookie();
      if (cookie === undefined) throw new Error('the password opened no session');
      return visitor(cookie.split(';')[0]);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}
