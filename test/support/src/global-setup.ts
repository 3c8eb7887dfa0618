import './provided-context.ts';
import type { TestProject } from 'vitest/node';
import { startDatabaseServer } from './database-server.ts';
import { createTemplate } from './template.ts';

/** Starts what integration tests need, once for all of them, and returns what ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { TEST_DATABASE_URL, TEST_REDIS_URL } = process.env;
  const server = await startDatabaseServer(TEST_DATABASE_URL);
  const template = await createTemplate(server.url).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  project.provide('databaseServerUrl', server.url);
  project.provide('databaseTemplate', template.name);
  project.provide('redisUrl', TEST_REDIS_URL ?? null);

  return async () => {
    await template.drop();
    await server.stop();
  };
}
