import type { Logger } from '@energy-data-service/runtime';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { Accounts } from './accounts.ts';
import { loginPage } from './login-page.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { Sessions } from './session.ts';

/** Bytes */
const LARGEST_FORM = 4_096;

const LoginForm = z.object({ password: z.string().default('') });

interface Dependencies {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly throttle: LoginThrottle;
  readonly log: Logger;
}

/** Logging in and out. */
export function loginRoutes({ accounts, sessions, throttle, log }: Dependencies): Hono {
  const routes = new Hono();
  routes.get('/login', async (c) => c.html(loginPage({ role: await sessions.findRole(c) })));

  routes.post('/login', bodyLimit({ maxSize: LARGEST_FORM }), async (c) => {
    // The connection's: a header such as X-Forwarded-For could be written by anyone.
    const address = getConnInfo(c).remote.address ?? 'unknown';
    const visitor = { address, knownAs: await sessions.findKnownRole(c) };
    const waitMs = throttle.begin(visitor);
    if (waitMs > 0) {
      const waitSeconds = Math.ceil(waitMs / 1000);
      log.warn({ ...visitor, waitSeconds }, 'login refused, too many attempts');
      c.header('retry-after', String(waitSeconds));
      const problem = `Too many attempts. Try again in ${waitSeconds} seconds.`;
      return c.html(loginPage({ role: await sessions.findRole(c), problem }), 429);
    }
    const { password } = LoginForm.parse(await c.req.parseBody());
    const role = await accounts.findRole(password);
    if (role === undefined) {
      log.warn(visitor, 'login with a wrong password');
      const problem = 'Wrong password.';
      return c.html(loginPage({ role: await sessions.findRole(c), problem }), 401);
    }
    throttle.succeed(visitor);
    await sessions.begin(c, role);
    log.info({ address, role }, 'logged in');
    return c.redirect('/', 303);
  });

  routes.post('/logout', (c) => {
    sessions.end(c);
    return c.redirect('/login', 303);
  });
  return routes;
}
