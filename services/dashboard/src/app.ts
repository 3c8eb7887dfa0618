import type { BoardRole } from '@energy-data-service/queue';
import type { Logger, Monitoring } from '@energy-data-service/runtime';
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { createAccounts } from './accounts.ts';
import { healthRoutes } from './health.ts';
import { loginRoutes } from './login.ts';
import { createLoginThrottle } from './login-throttle.ts';
import { requireLoopbackName } from './loopback.ts';
import { type DashboardPasswords, hasPassword } from './passwords.ts';
import { createSessions } from './session.ts';

export interface DashboardDependencies {
  /** The board as each role sees it. */
  readonly boards: Readonly<Record<BoardRole, Hono>>;
  /** Its checks are served: `/livez`, `/readyz`. */
  readonly monitoring: Pick<Monitoring, 'liveness' | 'readiness'>;
  /** Without any, whoever reaches the dashboard is a viewer. */
  readonly passwords: DashboardPasswords;
  readonly log: Logger;
  /** The clock of sessions and of the login; milliseconds since 1970. */
  readonly now?: () => number;
}

/** The dashboard. It listens to nothing yet, see `startDashboard`. */
export function createApp({
  boards,
  monitoring,
  passwords,
  log,
  now = Date.now,
}: DashboardDependencies): Hono {
  const hasLogin = hasPassword(passwords);
  const accounts = createAccounts(passwords);
  const sessions = createSessions(accounts.sessionKeys, now);

  const app = new Hono();
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    log.error({ err: error }, 'request failed');
    return c.text('the request failed; the log says why', 500);
  });
  app.route('/', healthRoutes(monitoring, log));
  app.use(headers, csrf());
  if (hasLogin) app.route('/', loginRoutes({ accounts, sessions, throttle: createLoginThrottle(now), log }));
  else app.use(requireLoopbackName);

  app.all('*', async (c) => {
    const role = hasLogin ? await sessions.findRole(c) : 'viewer';
    if (role !== undefined) {
      if (c.req.method !== 'GET') log.info({ role, method: c.req.method, path: c.req.path }, 'board used');
      return boards[role].fetch(c.req.raw, c.env);
    }
    const isPage = c.req.header('accept')?.includes('text/html') ?? false;
    return isPage ? c.redirect('/login', 303) : c.json({ error: 'log in first: /login' }, 401);
  });
  return app;
}

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    // Bull Board sets styles on its elements.
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    objectSrc: ["'none'"],
  },
  xFrameOptions: 'DENY',
  // With the default, a form's request says that it comes from `null`, and could not be told from a foreign one.
  referrerPolicy: 'same-origin',
  // Whoever speaks TLS before us decides this.
  strictTransportSecurity: false,
});
