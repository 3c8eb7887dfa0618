import './provided-context.ts';
import type { TestProject } from 'vitest/node';
import { hasContainerEngine } from './containers.ts';
import { startDatabaseServer } from './database-server.ts';
import { startRedisServer } from './redis-server.ts';
import { createTemplate } from './template.ts';

/** Starts what integration tests need, once for all of them, and returns what ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = new AsyncDisposableStack();
  try {
    const server = await startDatabaseServer(process.env);
    started.defer(() => server.stop());
    const template = await createTemplate(server.url);
    started.defer(() => template.drop());
    const redis = await startRedisServer(process.env);
    started.defer(async () => redis?.stop());
    project.provide('databaseServerUrl', server.url);
    project.provide('databaseTemplate', template.name);
    project.provide('redisUrl', redis?.url ?? null);
    project.provide('hasContainerEngine', await hasContainerEngine());
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
  return () => started.disposeAsync();
}
