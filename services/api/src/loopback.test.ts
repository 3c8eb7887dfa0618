import { describe, expect, it } from 'vitest';
import { isLoopback } from './loopback.ts';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('knows %s as this machine', (address) => {
    expect(isLoopback(address)).toBe(true);
  });

  it.each(['10.0.0.1', '::ffff:10.0.0.1', '172.17.0.1', '2001:db8::1', '127.0.0.1.example.org', undefined])(
    'does not take %s for this machine',
    (address) => {
      expect(isLoopback(address)).toBe(false);
    },
  );
});
