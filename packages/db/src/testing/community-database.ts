import { createTestDatabase } from '@energy-data-service/test-support';
import { startCommunityTimescaleDb } from '@energy-data-service/test-support/community-timescaledb';
import type { TimescaleEdition } from '../migrate.ts';

/** To be migrated: on the server of the tests where it is of the Community edition, elsewhere on that edition compiled to WebAssembly. */
export async function createCommunityDatabase(
  databaseServerUrl: string,
  edition: TimescaleEdition,
): Promise<AsyncDisposable & { readonly url: string }> {
  if (edition === 'community') return createTestDatabase(databaseServerUrl);
  const server = await startCommunityTimescaleDb();
  return { url: server.url, [Symbol.asyncDispose]: () => server.stop() };
}
