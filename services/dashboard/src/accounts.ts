import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { BoardRole } from '@energy-data-service/queue';
import type { DashboardPasswords } from './passwords.ts';

const derive = promisify<string, Uint8Array, number, Buffer>(scrypt);

/** Bytes */
const KEY_LENGTH = 32;
const SESSION_SALT = 'energy-data-service dashboard session';

export interface Accounts {
  /** The role that a password opens. Takes as long for a wrong one as for a right one: tens of milliseconds. */
  findRole(password: string): Promise<BoardRole | undefined>;
  /**
   * Signs sessions. It follows from the passwords: every replica knows it, sessions outlive a restart, and end when a
   * password changes.
   */
  readonly sessionKey: string;
}

export function createAccounts({ viewer, operator }: DashboardPasswords): Accounts {
  const salt = randomBytes(16);
  const accounts = (
    [
      ['viewer', viewer],
      ['operator', operator],
    ] as const
  ).flatMap(([role, password]) =>
    password === undefined ? [] : [{ role, digest: scryptSync(password, salt, KEY_LENGTH) }],
  );
  return {
    async findRole(password) {
      const digest = await derive(password, salt, KEY_LENGTH);
      const matches = accounts.map((account) => timingSafeEqual(account.digest, digest));
      return accounts[matches.indexOf(true)]?.role;
    },
    sessionKey: scryptSync(JSON.stringify([viewer, operator]), SESSION_SALT, KEY_LENGTH).toString('base64'),
  };
}
