import { createTestDatabase } from '@energy-data-service/test-support';
import { findStorage, type TimescaleEdition } from '../migrate.ts';

/** What the server of the tests has. */
export async function editionOfTests(databaseServerUrl: string): Promise<TimescaleEdition> {
  await using database = await createTestDatabase(databaseServerUrl);
  // The database is gone once this returns.
  const { edition } = await findStorage(database.url);
  return edition;
}
