import { createTestDatabase } from '@energy-data-service/test-support';
import { startCommunityTimescaleDb } from '@energy-data-service/test-support/community-timescaledb';
import type { Sql } from '../connect.ts';
import type { TimescaleEdition } from '../migrate.ts';

/** Without tables: on the server of the tests where it is of the Community edition, elsewhere on that edition compiled to WebAssembly. */
export async function createCommunityDatabase(
  databaseServerUrl: string,
  edition: TimescaleEdition,
): Promise<AsyncDisposable & { readonly url: string }> {
  if (edition === 'community') return createTestDatabase(databaseServerUrl);
  const server = await startCommunityTimescaleDb();
  return { url: server.url, [Symbol.asyncDispose]: () => server.stop() };
}

/** Turns every chunk into columns, also those that were partly taken out of them. */
export async function convertAllChunks(sql: Sql): Promise<void> {
  const chunks = await sql<{ chunk: string }[]>`
    select format('%I.%I', chunk_schema, chunk_name) as chunk from timescaledb_information.chunks`;
  for (const { chunk } of chunks) await sql.unsafe(`call convert_to_columnstore('${chunk}')`);
}

export type Form = 'rows' | 'columns' | 'both';

/** How chunks hold their values, ascending by time. */
export async function formsOf(sql: Sql, table: string): Promise<Form[]> {
  const chunks = await sql<{ form: Form }[]>`
    select case when not is_compressed then 'rows' when status & 8 > 0 then 'both' else 'columns' end as form
    from timescaledb_information.chunks
    join _timescaledb_catalog.chunk on schema_name = chunk_schema and table_name = chunk_name
    where hypertable_name = ${table}
    order by range_start`;
  return chunks.map(({ form }) => form);
}
