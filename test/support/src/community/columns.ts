import type { Sql } from '@energy-data-service/db';

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
