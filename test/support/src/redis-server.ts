import { hasContainerEngine, startRedis } from './containers.ts';
import type { TestServer } from './database-server.ts';

/**
 * The Redis that tests of the queues run on: the one at `TEST_REDIS_URL`, whose data may be deleted, or one in a
 * container; undefined where there is neither.
 */
export async function startRedisServer({
  TEST_REDIS_URL: url,
}: NodeJS.ProcessEnv): Promise<TestServer | undefined> {
  if (url !== undefined) return { url, stop: async () => undefined };
  return (await hasContainerEngine()) ? startRedis() : undefined;
}
