import { expect, it } from 'vitest';
import { createRequestLimiter } from './request-limiter.ts';

const START = Temporal.Instant.from('2026-05-07T12:00:00Z');
const at = (seconds: number) => START.add({ milliseconds: Math.round(seconds * 1_000) });

function limiterOf(requestsPerMinute: number, prolongBan = false) {
  return createRequestLimiter({ requestsPerMinute, banMs: 600_000, prolongBan });
}

it('admits as many requests within a minute as are allowed, and bans at the next', () => {
  const limiter = limiterOf(3);
  for (const seconds of [0, 10, 59]) expect(limiter.admit('token', at(seconds))).toBeUndefined();
  expect(limiter.admit('token', at(59.9))?.toString()).toBe('2026-05-07T12:10:59.9Z');
});

it('counts a sliding minute: a request no longer counts 60 seconds after it', () => {
  const limiter = limiterOf(2);
  for (const seconds of [0, 30, 60, 90, 120]) expect(limiter.admit('token', at(seconds))).toBeUndefined();
  expect(limiter.admit('token', at(149.9))).toBeDefined();
});

it('refuses everything until the end of the ban, and then counts anew', () => {
  const limiter = limiterOf(1);
  limiter.admit('token', at(0));
  const until = limiter.admit('token', at(1));
  expect(until).toEqual(at(601));
  expect(limiter.admit('token', at(600.9))).toEqual(until);
  expect(limiter.admit('token', at(601))).toBeUndefined();
  expect(limiter.admit('token', at(602))).toBeDefined();
});

it('prolongs a ban at every request where that is wanted', () => {
  const limiter = limiterOf(1, true);
  limiter.admit('token', at(0));
  limiter.admit('token', at(1));
  expect(limiter.admit('token', at(500))).toEqual(at(1_100));
  expect(limiter.admit('token', at(1_099))).toEqual(at(1_699));
});

it('counts and bans each token for itself', () => {
  const limiter = limiterOf(1);
  limiter.admit('one', at(0));
  expect(limiter.admit('other', at(1))).toBeUndefined();
  expect(limiter.admit('one', at(2))).toBeDefined();
  expect(limiter.admit(null, at(3))).toBeUndefined();
});

it('bans on demand', () => {
  const limiter = limiterOf(400);
  expect(limiter.ban('token', at(0))).toEqual(at(600));
  expect(limiter.admit('token', at(599))).toEqual(at(600));
  expect(limiter.admit('token', at(600))).toBeUndefined();
});
