import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { BoardRole } from '@energy-data-service/queue';
import type { DashboardPasswords } from './passwords.ts';
import type { SessionKeys } from './session.ts';

const derive = promisify<string, Uint8Array, number, Buffer>(scrypt);

/** Bytes */
const KEY_LENGTH = 32;

export interface Accounts {
  /** The role that a password opens. Takes as long for a wrong one as for a right one: tens of milliseconds. */
  findRole(password: string): Promise<BoardRole | undefined>;
  /**
   * What signs the sessions of each role. It follows from the role's own password, so that every replica knows it, and
   * sessions outlive a restart and end when that password changes. It follows from no other: a viewer could try out
   * operator's passwords on his own cookie, at any pace.
   */
  readonly sessionKeys: SessionKeys;
}

export function createAccounts({ viewer, operator }: DashboardPasswords): Accounts {
  const salt = randomBytes(16);
  const accounts = (
    [
      ['viewer', viewer],
      ['operator', operator],
    ] as const
  ).flatMap(([role, password]) =>
    password === undefined
      ? []
      : [{ role, digest: scryptSync(password, salt, KEY_LENGTH), sessionKey: sessionKey(role, password) }],
  );
  return {
    async findRole(password) {
      const digest = await derive(password, salt, KEY_LENGTH);
      const matches = accounts.map((account) => timingSafeEqual(account.digest, digest));
      return accounts[matches.indexOf(true)]?.role;
    },
    sessionKeys: new Map(accounts.map(({ role, sessionKey }) => [role, sessionKey])),
  };
}

function sessionKey(role: BoardRole, password: string): string {
  const salt = `energy-data-service dashboard session of ${role}`;
  return scryptSync(password, salt, KEY_LENGTH).toString('base64');
}
