import type { BoardRole } from '@energy-data-service/queue';
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { z } from 'zod';

const COOKIE = 'dashboard_session';
/** A working day. */
const LIFETIME_SECONDS = 8 * 3600;

/** Its role is that of the key that signed it, whatever else it says. */
const Session = z.object({ expiresAtMs: z.number() });

/** What signs the sessions of each role, which differ; a role without one has no sessions. */
export type SessionKeys = ReadonlyMap<BoardRole, string>;

export interface Sessions {
  /** The role of who sent the request; undefined without a valid session. */
  findRole(c: Context): Promise<BoardRole | undefined>;
  /** @throws {Error} when the role has no sessions */
  begin(c: Context, role: BoardRole): Promise<void>;
  end(c: Context): void;
}

/**
 * Sessions in a signed cookie, so that any number of replicas knows them.
 *
 * @param keys - whoever knows one has its role
 */
export function createSessions(keys: SessionKeys, now: () => number = Date.now): Sessions {
  return {
    async findRole(c) {
      for (const [role, key] of keys) {
        const cookie = await getSignedCookie(c, key, COOKIE);
        if (typeof cookie !== 'string') continue;
        // Another release may have written it.
        const { data } = Session.safeParse(JSON.parse(cookie));
        return data !== undefined && now() < data.expiresAtMs ? role : undefined;
      }
      return undefined;
    },

    async begin(c, role) {
      const key = keys.get(role);
      if (key === undefined) throw new Error(`${role} has no sessions`);
      const session = { expiresAtMs: now() + LIFETIME_SECONDS * 1000 };
      await setSignedCookie(c, COOKIE, JSON.stringify(session), key, {
        httpOnly: true,
        maxAge: LIFETIME_SECONDS,
        path: '/',
        sameSite: 'Strict',
        secure: isSecure(c),
      });
    },

    end(c) {
      deleteCookie(c, COOKIE, { path: '/', secure: isSecure(c) });
    },
  };
}

/** Whether the browser speaks TLS, here or to the proxy before us. Who writes the header falsely harms only himself. */
function isSecure(c: Context): boolean {
  return new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
}
