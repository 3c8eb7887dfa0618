import { isIPv6 } from 'node:net';
import type { BoardRole } from '@energy-data-service/queue';

/** Attempts with a wrong password that cost no waiting. */
const FREE_ATTEMPTS = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Without an attempt for so long, an address starts afresh. */
const FORGET_AFTER_MS = 60 * 60_000;
/** Visitors that are remembered; beyond, the one that tried first is forgotten. */
const MOST_VISITORS = 10_000;

/** Who tries, as far as we can tell. */
export interface Visitor {
  /** The connection's. Behind a proxy it is the same for all. */
  readonly address: string;
  /**
   * The role in which somebody has logged in with this browser before. Such a visitor does not wait for the attempts of
   * strangers: they could keep everybody out otherwise, where all have one address.
   */
  readonly knownAs?: BoardRole | undefined;
}

export interface LoginThrottle {
  /**
   * Counts an attempt, before its password is looked at: attempts at the same time do not slip through together.
   *
   * @returns for how long the visitor must wait instead, in milliseconds; 0 if the attempt may go on
   */
  begin(visitor: Visitor): number;
  /**
   * The password was right: the attempt does not count. Those before it with a wrong one still do, or a viewer, whose
   * own password is always right, could guess the operator's without waiting.
   */
  succeed(visitor: Visitor): void;
}

/**
 * Makes guessing slow: after a few wrong passwords a visitor waits, twice as long each time, up to a quarter of an
 * hour, until it has not tried for an hour. Each process counts for itself.
 */
export function createLoginThrottle(now: () => number = Date.now): LoginThrottle {
  const attemptsByVisitor = new Map<string, { count: number; lastMs: number }>();
  return {
    begin(visitor) {
      const key = keyOf(visitor);
      const attempts = attemptsByVisitor.get(key);
      const nowMs = now();
      const isKnown = attempts !== undefined && nowMs - attempts.lastMs < FORGET_AFTER_MS;
      const count = isKnown ? attempts.count : 0;
      const waitMs = isKnown ? attempts.lastMs + waitAfter(count) - nowMs : 0;
      if (waitMs > 0) return waitMs;
      // Behind all others.
      attemptsByVisitor.delete(key);
      attemptsByVisitor.set(key, { count: count + 1, lastMs: nowMs });
      const [oldest] = attemptsByVisitor.keys();
      if (attemptsByVisitor.size > MOST_VISITORS && oldest !== undefined) attemptsByVisitor.delete(oldest);
      return 0;
    },

    succeed(visitor) {
      const attempts = attemptsByVisitor.get(keyOf(visitor));
      // Unless it is forgotten already.
      if (attempts !== undefined) attempts.count--;
    },
  };
}

function waitAfter(attempts: number): number {
  if (attempts < FREE_ATTEMPTS) return 0;
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - FREE_ATTEMPTS));
}

/** By role and not by browser: whoever logs in again and again would be as many visitors. */
function keyOf({ address, knownAs }: Visitor): string {
  return `${knownAs ?? 'stranger'} ${networkOf(address)}`;
}

/** A host of IPv6 has a network of addresses (a /64) for itself. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  return [...groups, ...Array<string>(zeros).fill('0'), ...rest].slice(0, 4).join(':');
}
