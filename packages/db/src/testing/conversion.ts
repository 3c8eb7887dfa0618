import postgres from 'postgres';
import type { Sql, Transaction } from '../connect.ts';

/**
 * What TimescaleDB locks while it turns a chunk into columns, as its Community edition has it: the hypertable and the
 * chunk, the latter once more at the end, when its rows are truncated.
 */
export const CONVERSION_LOCKS = {
  hypertable: ['AccessShareLock'],
  chunk: ['AccessExclusiveLock', 'ExclusiveLock', 'ShareLock'],
} as const;

/**
 * Locks a chunk as a conversion does that changes nothing: one that another edition, or a server without chunks, can do.
 *
 * @param chunk - as an identifier; of a server without chunks, the table
 * @param whileWritersWait - runs while the chunk is read, and nobody may write it
 */
export async function lockAsConversion(
  transaction: Transaction,
  table: string,
  chunk: string,
  whileWritersWait: () => Promise<void> = async () => {},
): Promise<void> {
  await transaction.unsafe(`lock table only ${table} in access share mode`);
  await transaction.unsafe(`lock table only ${chunk} in exclusive mode`);
  await whileWritersWait();
  await transaction.unsafe(`lock table only ${chunk} in access exclusive mode`);
}

/** The chunks of a table, as identifiers, ascending by time; the table itself where it has none. */
export async function chunksOf(sql: Sql, table: string, hasChunks: boolean): Promise<readonly string[]> {
  if (!hasChunks) return [table];
  const chunks = await sql<{ chunk: string }[]>`
    select format('%I.%I', chunk_schema, chunk_name) as chunk from timescaledb_information.chunks
    where hypertable_name = ${table} order by range_start`;
  return chunks.map(({ chunk }) => chunk);
}

/** Whether the server ended a statement because two sessions waited for each other. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === '40P01';
}

/** Whether a session of this database waits for a table that another one has locked. */
export async function isAnyoneWaiting(on: Sql): Promise<boolean> {
  const [row] = await on<{ isAny: boolean }[]>`
    select exists (
      select from pg_locks join pg_database on pg_database.oid = pg_locks.database
      where datname = current_database() and locktype = 'relation' and not granted
    ) as "isAny"`;
  return row?.isAny === true;
}
