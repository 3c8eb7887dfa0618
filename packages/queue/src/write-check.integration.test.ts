import { createTestQueueServer, hasQueueServer } from '@energy-data-service/test-support';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createQueueBackend } from './backend.ts';
import { createQueueMonitor } from './queue-monitor.ts';

describe.skipIf(!hasQueueServer('Redis'))('a Redis that answers and takes nothing', () => {
  it('does not pass for a queue that works', async () => {
    await using server = await createTestQueueServer('Redis');
    const redis = new Redis(server.url);
    const user = `reader${new URL(server.url).pathname.slice(1)}`;
    // A full disk would stop every test on this server; a user who may only read sees the same.
    await redis.call(
      'ACL',
      'SETUSER',
      user,
      'reset',
      'on',
      '>p',
      '~*',
      '+@read',
      '+@connection',
      '+info',
      '+eval',
      '+evalsha',
    );
    const url = new URL(server.url);
    url.username = user;
    url.password = 'p';
    const monitor = createQueueMonitor(createQueueBackend(url.href, pino({ level: 'silent' })), 'test');
    try {
      await expect.poll(() => monitor.countStartable(undefined)).toBe(0);
      await expect(monitor.check()).rejects.toThrow('NOPERM');
    } finally {
      await monitor.close();
      await redis.call('ACL', 'DELUSER', user);
      redis.disconnect();
    }
  });
});
