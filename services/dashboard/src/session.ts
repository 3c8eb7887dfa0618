import type { BoardRole } from '@energy-data-service/queue';
import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { z } from 'zod';

const SESSION_COOKIE = 'dashboard_session';
/** A working day. */
const SESSION_SECONDS = 8 * 3600;
/** Says of a browser, long after its session, that somebody has logged in there. */
const KNOWN_COOKIE = 'dashboard_known';
/** A quarter of a year. */
const KNOWN_SECONDS = 90 * 24 * 3600;

// Neither can be taken for the other. The role is that of the key that signed it, whatever else it says.
const Session = z.object({ expiresAtMs: z.number() }).transform(({ expiresAtMs }) => expiresAtMs);
const Known = z.object({ knownUntilMs: z.number() }).transform(({ knownUntilMs }) => knownUntilMs);

/** What signs the sessions of each role, which differ; a role without one has no sessions. */
export type SessionKeys = ReadonlyMap<BoardRole, string>;

export interface Sessions {
  /** The role of who sent the request; undefined without a valid session. */
  findRole(c: Context): Promise<BoardRole | undefined>;
  /** The role in which somebody has logged in with this browser, within a quarter of a year; opens nothing. */
  findKnownRole(c: Context): Promise<BoardRole | undefined>;
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
  /** The role whose key signed a cookie that is not over. */
  const findSigner = async (c: Context, name: string, End: z.ZodType<number>) => {
    for (const [role, key] of keys) {
      const cookie = await getSignedCookie(c, key, name);
      if (typeof cookie !== 'string') continue;
      // Another release may have written it.
      const { data: endMs } = End.safeParse(JSON.parse(cookie));
      return endMs !== undefined && now() < endMs ? role : undefined;
    }
    return undefined;
  };

  return {
    findRole: (c) => findSigner(c, SESSION_COOKIE, Session),
    findKnownRole: (c) => findSigner(c, KNOWN_COOKIE, Known),

    async begin(c, role) {
      const key = keys.get(role);
      if (key === undefined) throw new Error(`${role} has no sessions`);
      const write = (name: string, content: object, maxAge: number) =>
        setSignedCookie(c, name, JSON.stringify(content), key, {
          httpOnly: true,
          maxAge,
          path: '/',
          sameSite: 'Strict',
          secure: isSecure(c),
        });
      await write(SESSION_COOKIE, { expiresAtMs: now() + SESSION_SECONDS * 1000 }, SESSION_SECONDS);
      await write(KNOWN_COOKIE, { knownUntilMs: now() + KNOWN_SECONDS * 1000 }, KNOWN_SECONDS);
    },

    end(c) {
      deleteCookie(c, SESSION_COOKIE, { path: '/', secure: isSecure(c) });
    },
  };
}

/** Whether the browser speaks TLS, here or to the proxy before us. Who writes the header falsely harms only himself. */
function isSecure(c: Context): boolean {
  return new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https';
}
