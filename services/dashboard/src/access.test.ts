import type { BoardRole } from '@energy-data-service/queue';
import { createLogger, createMonitoring, type Monitoring } from '@energy-data-service/runtime';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createApp } from './app.ts';
import type { DashboardPasswords } from './passwords.ts';
import { serveTestDashboard, type TestDashboard } from './testing/test-dashboard.ts';

const PASSWORDS = { viewer: 'the viewer’s password', operator: 'the operator’s password' };
const START_MS = Date.UTC(2024, 0, 1);
const HOUR_MS = 3_600_000;

/** A board that says who looks at it. */
function fakeBoard(role: BoardRole): Hono {
  return new Hono().all('*', (c) => c.text(role));
}

async function withDashboard(
  test: (dashboard: TestDashboard, clock: { ms: number }, logged: readonly string[]) => Promise<void>,
  passwords: DashboardPasswords = PASSWORDS,
  monitoring: Monitoring = createMonitoring(),
): Promise<void> {
  const clock = { ms: START_MS };
  const logged: string[] = [];
  await using dashboard = await serveTestDashboard({
    boards: { viewer: fakeBoard('viewer'), operator: fakeBoard('operator') },
    monitoring,
    passwords,
    log: createLogger('test', 'debug', { write: (line) => logged.push(line) }),
    now: () => clock.ms,
  });
  await test(dashboard, clock, logged);
}

/** What a browser sends back of a login: its session. */
function sessionCookie(response: Response): string {
  return cookieOf(response, 'dashboard_session');
}

/** What is left of a login once its session is over. */
function knownCookie(response: Response): string {
  return cookieOf(response, 'dashboard_known');
}

function cookieOf(response: Response, name: string): string {
  const cookie = response.headers.getSetCookie().find((text) => text.startsWith(`${name}=`));
  return cookie?.split(';')[0] ?? '';
}

describe('without a session', () => {
  it('a page leads to the login, and anything else is refused', () =>
    withDashboard(async ({ anonymous }) => {
      const page = await anonymous.get('/', { accept: 'text/html' });
      expect([page.status, page.headers.get('location')]).toEqual([303, '/login']);
      expect((await anonymous.get('/api/queues')).status).toBe(401);
      expect((await anonymous.put('/api/queues/collect-entsoe/retry/failed')).status).toBe(401);
    }));

  it('whoever looks is a viewer where there is no password', () =>
    withDashboard(async ({ anonymous }) => {
      expect(await (await anonymous.get('/')).text()).toBe('viewer');
    }, {}));

  it('no page of another site is, although its name leads here', async () => {
    const app = createApp({
      boards: { viewer: fakeBoard('viewer'), operator: fakeBoard('operator') },
      monitoring: createMonitoring(),
      passwords: {},
      log: createLogger('test', 'error'),
    });
    for (const [url, status] of [
      ['http://127.0.0.1:8081/', 200],
      ['http://localhost:8081/', 200],
      ['http://[::1]:8081/', 200],
      ['http://rebound.example.org:8081/', 403],
    ] as const) {
      expect((await app.request(url)).status).toBe(status);
    }
  });

  it('a role without a password is nobody’s', () =>
    withDashboard(
      async (dashboard) => {
        expect((await dashboard.anonymous.get('/')).status).toBe(401);
        expect((await dashboard.tryPassword('')).status).toBe(401);
        expect((await dashboard.tryPassword('undefined')).status).toBe(401);
      },
      { operator: PASSWORDS.operator },
    ));
});

describe('a login', () => {
  it('opens the role of its password', () =>
    withDashboard(async ({ logIn }) => {
      for (const role of ['viewer', 'operator'] as const) {
        const visitor = await logIn(PASSWORDS[role]);
        expect(await (await visitor.get('/')).text()).toBe(role);
      }
    }));

  it('with a wrong password opens nothing, and the password is not told', () =>
    withDashboard(async ({ tryPassword }, _, logged) => {
      const response = await tryPassword('hunter2hunter2');
      expect(response.status).toBe(401);
      expect(response.headers.getSetCookie()).toEqual([]);
      expect(logged.join()).toContain('wrong password');
      expect(logged.join() + (await response.text())).not.toContain('hunter2');
    }));

  it('ends after eight hours', () =>
    withDashboard(async ({ logIn }, clock) => {
      const viewer = await logIn(PASSWORDS.viewer);
      clock.ms += 8 * HOUR_MS - 1;
      expect((await viewer.get('/')).status).toBe(200);
      clock.ms += 1;
      expect((await viewer.get('/')).status).toBe(401);
    }));

  it('keeps its session from scripts and from other sites, and from the open wire behind TLS', () =>
    withDashboard(async ({ tryPassword }) => {
      const plain = (await tryPassword(PASSWORDS.viewer)).headers.getSetCookie();
      expect(plain).toEqual([
        expect.stringMatching(/^dashboard_session=.*; Max-Age=28800; Path=\/; HttpOnly; SameSite=Strict$/),
        expect.stringMatching(/^dashboard_known=.*; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Strict$/),
      ]);
      const behindTls = await tryPassword(PASSWORDS.viewer, { 'x-forwarded-proto': 'https' });
      expect(behindTls.headers.getSetCookie()).toEqual(plain.map(() => expect.stringContaining('; Secure')));
    }));

  it('cannot be prolonged by who holds it', () =>
    withDashboard(async ({ tryPassword, withCookie }, clock) => {
      const own = sessionCookie(await tryPassword(PASSWORDS.viewer));
      expect((await withCookie(own).get('/')).status).toBe(200);
      const end = String(START_MS + 8 * HOUR_MS);
      const forged = own.replace(end, String(START_MS + 9 * HOUR_MS));
      expect(forged).not.toBe(own);
      expect((await withCookie(forged).get('/')).status).toBe(401);
      clock.ms += 8 * HOUR_MS;
      expect((await withCookie(own).get('/')).status).toBe(401);
    }));

  it.each([
    ['viewer', 'operator'],
    ['operator', 'viewer'],
  ] as const)(
    'of the %s holds in every replica with that password, and ends when it changes',
    async (role, other) => {
      let cookie = '';
      await withDashboard(async ({ tryPassword }) => {
        cookie = sessionCookie(await tryPassword(PASSWORDS[role]));
      });
      const seenWith = async (passwords: DashboardPasswords) => {
        let seen: unknown;
        await withDashboard(async ({ withCookie }) => {
          const response = await withCookie(cookie).get('/');
          seen = response.ok ? await response.text() : response.status;
        }, passwords);
        return seen;
      };
      expect(await seenWith(PASSWORDS)).toBe(role);
      expect(await seenWith({ ...PASSWORDS, [other]: 'another password' })).toBe(role);
      expect(await seenWith({ ...PASSWORDS, [role]: 'another password' })).toBe(401);
      expect(await seenWith({ [other]: PASSWORDS[other] })).toBe(401);
      // Passwords that have changed places.
      expect(await seenWith({ [role]: PASSWORDS[other], [other]: PASSWORDS[role] })).toBe(401);
    },
  );

  it('of a viewer says nothing about the operator’s password: its cookie is the same whatever that is', async () => {
    const cookies: string[] = [];
    for (const operator of [PASSWORDS.operator, 'another password', undefined]) {
      await withDashboard(
        async ({ tryPassword }) => {
          cookies.push(sessionCookie(await tryPassword(PASSWORDS.viewer)));
        },
        { ...PASSWORDS, operator },
      );
    }
    expect(new Set(cookies).size).toBe(1);
    expect(cookies[0]).toMatch(/^dashboard_session=./);
  });

  it('leaves something that opens nothing, in the place of a session or in its own', () =>
    withDashboard(async ({ tryPassword, withCookie }) => {
      const known = knownCookie(await tryPassword(PASSWORDS.operator));
      expect(known).toMatch(/^dashboard_known=./);
      for (const cookie of [known, known.replace('dashboard_known', 'dashboard_session')]) {
        expect((await withCookie(cookie).get('/')).status).toBe(401);
      }
    }));

  it('is taken back by logging out', () =>
    withDashboard(async ({ logIn }) => {
      const response = await (await logIn(PASSWORDS.viewer)).send('POST', '/logout');
      expect(response.headers.get('location')).toBe('/login');
      expect(response.headers.getSetCookie()).toEqual([
        expect.stringMatching(/^dashboard_session=; Max-Age=0/),
      ]);
    }));
});

describe('guessing', () => {
  it('is slowed down after five attempts, which the right password in between does not get through', () =>
    withDashboard(async ({ tryPassword }, clock) => {
      for (let attempt = 0; attempt < 5; attempt++) {
        expect((await tryPassword('a wrong password')).status).toBe(401);
      }
      const refused = await tryPassword(PASSWORDS.operator);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
      clock.ms += 1_000;
      expect((await tryPassword(PASSWORDS.operator)).status).toBe(303);
    }));

  it('at the operator’s password is not helped by knowing the viewer’s', () =>
    withDashboard(async ({ tryPassword }) => {
      const statuses: number[] = [];
      for (let round = 0; round < 2; round++) {
        for (let attempt = 0; attempt < 4; attempt++) {
          statuses.push((await tryPassword('a wrong password')).status);
        }
        statuses.push((await tryPassword(PASSWORDS.viewer)).status);
      }
      expect(statuses).toEqual([401, 401, 401, 401, 303, 401, 429, 429, 429, 429]);
    }));

  it('keeps nobody out who has logged in before, for a quarter of a year', () =>
    withDashboard(async ({ tryPassword }, clock) => {
      const cookie = knownCookie(await tryPassword(PASSWORDS.operator));
      const strangerStatuses = async () => {
        const attempts = Array.from({ length: 6 }, () => tryPassword('a wrong password'));
        return (await Promise.all(attempts)).map(({ status }) => status);
      };
      clock.ms += 90 * 24 * HOUR_MS - 1;
      expect(await strangerStatuses()).toContain(429);
      expect((await tryPassword(PASSWORDS.operator)).status).toBe(429);
      expect((await tryPassword(PASSWORDS.operator, { cookie })).status).toBe(303);
      clock.ms += 1;
      expect((await tryPassword(PASSWORDS.operator, { cookie })).status).toBe(429);
    }));

  it('at the operator’s password with what viewers’ logins left is slowed down, however many they were', () =>
    withDashboard(async ({ tryPassword }) => {
      const statuses: number[] = [];
      for (let round = 0; round < 3; round++) {
        const cookie = knownCookie(await tryPassword(PASSWORDS.viewer));
        for (let attempt = 0; attempt < 2; attempt++) {
          statuses.push((await tryPassword('a wrong password', { cookie })).status);
        }
      }
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    }));

  it('many at once helps nobody', () =>
    withDashboard(async ({ tryPassword }) => {
      const attempts = Array.from({ length: 20 }, () => tryPassword('a wrong password'));
      const statuses = (await Promise.all(attempts)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(5);
      expect(statuses.filter((status) => status === 429)).toHaveLength(15);
    }));
});

describe('the probes', () => {
  it('need no login, and answer as the checks of the process do, without their reasons', async () => {
    const monitoring = createMonitoring();
    const failing = new Set(['service']);
    for (const name of ['service', 'queues']) {
      monitoring.readiness.set(name, async () => {
        if (failing.has(name)) throw new Error('connect ECONNREFUSED 10.0.0.5:6379');
      });
    }
    await withDashboard(
      async ({ anonymous }, _, logged) => {
        const probe = async (path: string) => {
          const response = await anonymous.get(path);
          return [response.status, await response.json()];
        };
        expect(await probe('/livez')).toEqual([200, { status: 'ok' }]);
        for (let i = 0; i < 3; i++) {
          expect(await probe('/readyz')).toEqual([503, { status: 'failed', failed: ['service'] }]);
        }
        failing.clear();
        expect(await probe('/readyz')).toEqual([200, { status: 'ok' }]);
        failing.add('queues');
        expect(await probe('/readyz')).toEqual([503, { status: 'failed', failed: ['queues'] }]);
        monitoring.liveness.set('event loop', () => Promise.reject(new Error('stands still')));
        expect(await probe('/livez')).toEqual([503, { status: 'failed', failed: ['event loop'] }]);
        expect(logged.map((line) => JSON.parse(line).msg)).toEqual([
          'health check failed',
          'health checks succeed again',
          'health check failed',
          'health check failed',
        ]);
      },
      PASSWORDS,
      monitoring,
    );
  });
});

describe('a request from another site', () => {
  it.each([
    ['of a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['of a script without a body', {}],
  ])('%s changes nothing, even with the session', (_, headers) =>
    withDashboard(async ({ logIn }) => {
      const operator = await logIn(PASSWORDS.operator);
      const foreign = { origin: 'https://example.org', 'sec-fetch-site': 'cross-site', ...headers };
      const path = '/api/queues/collect-entsoe/retry/failed';
      for (const method of ['POST', 'PUT', 'PATCH'] as const) {
        expect((await operator.send(method, path, { headers: foreign })).status).toBe(403);
        expect((await operator.send(method, path)).status).toBe(200);
      }
    }),
  );

  it('logs nobody in or out', () =>
    withDashboard(async ({ anonymous, tryPassword }) => {
      const foreign = { origin: 'https://example.org' };
      expect((await tryPassword(PASSWORDS.viewer, foreign)).status).toBe(403);
      expect((await anonymous.send('POST', '/logout', { headers: foreign })).status).toBe(403);
    }));
});

it('is always shown with headers that let nothing else in, and no other page around it', () =>
  withDashboard(async ({ anonymous }) => {
    const { headers } = await anonymous.get('/login');
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }));
