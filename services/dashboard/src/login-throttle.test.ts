import { expect, it } from 'vitest';
import { createLoginThrottle, type Visitor } from './login-throttle.ts';

/** A throttle with a clock that the test moves. */
function throttleAt(startMs: number) {
  const clock = { ms: startMs };
  return { clock, throttle: createLoginThrottle(() => clock.ms) };
}

it('lets five attempts through, and then makes each wait twice as long as the one before, up to a quarter of an hour', () => {
  const { clock, throttle } = throttleAt(0);
  for (let attempt = 0; attempt < 5; attempt++) expect(throttle.begin({ address: '10.0.0.1' })).toBe(0);
  const waits: number[] = [];
  for (let attempt = 0; attempt < 13; attempt++) {
    const waitMs = throttle.begin({ address: '10.0.0.1' });
    waits.push(waitMs / 1000);
    clock.ms += waitMs;
    expect(throttle.begin({ address: '10.0.0.1' })).toBe(0);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
});

it('counts no attempt that it refuses', () => {
  const { throttle } = throttleAt(0);
  for (let attempt = 0; attempt < 5; attempt++) throttle.begin({ address: '10.0.0.1' });
  expect([1, 2, 3].map(() => throttle.begin({ address: '10.0.0.1' }))).toEqual([1_000, 1_000, 1_000]);
});

it('does not count a right password', () => {
  const { throttle } = throttleAt(0);
  for (let login = 0; login < 20; login++) {
    expect(throttle.begin({ address: '10.0.0.1' })).toBe(0);
    throttle.succeed({ address: '10.0.0.1' });
  }
});

it('makes wrong passwords wait as long, however many right ones are between them', () => {
  const { clock, throttle } = throttleAt(0);
  /** Tries until it may, and returns the seconds of waiting. */
  const attempt = () => {
    const waitMs = throttle.begin({ address: '10.0.0.1' });
    if (waitMs === 0) return 0;
    clock.ms += waitMs;
    expect(throttle.begin({ address: '10.0.0.1' })).toBe(0);
    return waitMs / 1000;
  };
  const waits: number[] = [];
  for (let wrong = 0; wrong < 9; wrong++) {
    waits.push(attempt());
    for (let right = 0; right < 3; right++) {
      attempt();
      throttle.succeed({ address: '10.0.0.1' });
    }
  }
  expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8]);
});

it('starts afresh after an hour without an attempt', () => {
  const { clock, throttle } = throttleAt(0);
  for (let attempt = 0; attempt < 5; attempt++) throttle.begin({ address: '10.0.0.1' });
  clock.ms += 3_600_000;
  for (let attempt = 0; attempt < 5; attempt++) expect(throttle.begin({ address: '10.0.0.1' })).toBe(0);
  expect(throttle.begin({ address: '10.0.0.1' })).toBe(1_000);
});

it.each([
  ['10.0.0.1', '10.0.0.2', false],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.2', false],
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['2001:db8::1', '2001:db8:0:0:5::1', true],
  ['::1', '2001:db8::1', false],
])('knows whether %s and %s are one: %s', (one, other, isSame) => {
  const { throttle } = throttleAt(0);
  for (let attempt = 0; attempt < 5; attempt++) throttle.begin({ address: one });
  expect(throttle.begin({ address: other }) > 0).toBe(isSame);
});

it('remembers at most ten thousand visitors', () => {
  const { throttle } = throttleAt(0);
  for (let attempt = 0; attempt < 5; attempt++) throttle.begin({ address: '192.0.2.1' });
  for (let i = 0; i < 9_999; i++) throttle.begin({ address: `10.0.${Math.floor(i / 256)}.${i % 256}` });
  expect(throttle.begin({ address: '192.0.2.1' })).toBeGreaterThan(0);
  throttle.begin({ address: '198.51.100.1' });
  expect(throttle.begin({ address: '192.0.2.1' })).toBe(0);
});

it('lets who is known as viewer, as operator or not at all wait for their own attempts only', () => {
  const { throttle } = throttleAt(0);
  const visitors = [undefined, 'viewer', 'operator'].map(
    (knownAs) => ({ address: '10.0.0.1', knownAs }) as Visitor,
  );
  for (const visitor of visitors) {
    for (let attempt = 0; attempt < 5; attempt++) expect(throttle.begin(visitor)).toBe(0);
    expect(throttle.begin(visitor)).toBe(1_000);
  }
});
