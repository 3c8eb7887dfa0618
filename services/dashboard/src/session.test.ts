import { Hono } from 'hono';
import { setSignedCookie } from 'hono/cookie';
import { expect, it } from 'vitest';
import { createSessions, type SessionKeys } from './session.ts';

const VIEWER_KEY = 'the viewer’s key';
const OPERATOR_KEY = 'the operator’s key';
const KEYS: SessionKeys = new Map([
  ['viewer', VIEWER_KEY],
  ['operator', OPERATOR_KEY],
]);
const NOW_MS = Date.UTC(2024, 0, 1);

/** What sessions make of a cookie with this content, signed with this key. */
async function roleOf(content: string, key: string, keys = KEYS): Promise<unknown> {
  const sessions = createSessions(keys, () => NOW_MS);
  const app = new Hono()
    .get('/sign', async (c) => {
      await setSignedCookie(c, 'dashboard_session', content, key);
      return c.body(null);
    })
    .get('/role', async (c) => c.json({ role: (await sessions.findRole(c)) ?? null }));
  const [cookie = ''] = (await app.request('/sign')).headers.getSetCookie();
  const response = await app.request('/role', { headers: { cookie: cookie.split(';')[0] ?? '' } });
  return ((await response.json()) as { role: unknown }).role;
}

it.each([
  { expiresAtMs: NOW_MS + 1 },
  { role: 'viewer', expiresAtMs: NOW_MS + 1 },
  { role: 'operator', expiresAtMs: NOW_MS + 1 },
])('the key that signed a session tells its role, whatever it says: %j', async (session) => {
  const content = JSON.stringify(session);
  expect(await roleOf(content, VIEWER_KEY)).toBe('viewer');
  expect(await roleOf(content, OPERATOR_KEY)).toBe('operator');
});

it('a key of no role opens nothing, and neither does a role without a key', async () => {
  const content = JSON.stringify({ expiresAtMs: NOW_MS + 1 });
  expect(await roleOf(content, 'another key')).toBeNull();
  expect(await roleOf(content, OPERATOR_KEY, new Map([['viewer', VIEWER_KEY]]))).toBeNull();
  expect(await roleOf(content, 'undefined', new Map())).toBeNull();
});

it('a session that is over, or of another form, is none', async () => {
  expect(await roleOf(JSON.stringify({ expiresAtMs: NOW_MS }), VIEWER_KEY)).toBeNull();
  expect(await roleOf('{}', VIEWER_KEY)).toBeNull();
});
