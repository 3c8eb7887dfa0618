import { connect, type Sql } from '@energy-data-service/db';
import { createTestDatabase } from '@energy-data-service/test-support';
import { inject } from 'vitest';

/** A migrated database of one's own, and connections to it; leaving its scope (`await using`) ends both. */
export interface OpenDatabase extends AsyncDisposable {
  readonly url: string;
  readonly sql: Sql;
}

/** @param max - connections at most */
export async function openDatabase({ max = 10 }: { max?: number } = {}): Promise<OpenDatabase> {
  const database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max });
  return {
    url: database.url,
    sql,
    async [Symbol.asyncDispose]() {
      await sql.end();
      await database[Symbol.asyncDispose]();
    },
  };
}
