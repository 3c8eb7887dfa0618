import type { Sql, Transaction } from './connect.ts';

/** How chunks are laid out in columns: a segment a series, and within it the order in which it is read. */
const LAYOUTS = [
  { table: 'point', order: 'starts_at' },
  { table: 'point_revision', order: 'starts_at, known_at' },
] as const;

/**
 * Lets TimescaleDB's Community edition turn old chunks of points and revisions into columns, less than a tenth of their size.
 * Applied after every migration, so that a setting or an edition that has changed takes effect. Chunks that are columns
 * already stay so, and so do tables that were made where there was no TimescaleDB: they have no chunks.
 *
 * @param afterDays - age from which a chunk is turned into columns: by then its values are hardly corrected any more
 */
export async function applyColumnstore(transaction: Transaction, afterDays: number): Promise<void> {
  const hypertables = await findHypertables(transaction);
  for (const { table, order } of LAYOUTS) {
    const hypertable = hypertables.find(({ name }) => name === table);
    if (hypertable === undefined) continue;
    if (!hypertable.isEnabled) {
      await transaction.unsafe(`
        alter table ${table} set (
          timescaledb.enable_columnstore = true, timescaledb.segmentby = 'series_id', timescaledb.orderby = '${order}'
        )`);
    }
    if (await hasPolicy(transaction, table, afterDays)) continue;
    // A policy cannot be changed, only made anew; a new one begins at once.
    await transaction.unsafe(`call remove_columnstore_policy('${table}', if_exists => true)`);
    await transaction.unsafe(
      `call add_columnstore_policy('${table}', after => interval '${afterDays} days')`,
    );
  }
  // A correction may reach back years: each of its values is taken out of the columns, in the one transaction that an answer
  // is. Sessions of this database begin with the setting, from the next on.
  await transaction`
    do $$ begin
      execute format('alter database %I set timescaledb.max_tuples_decompressed_per_dml_transaction = 0', current_database());
    end $$`;
}

interface Hypertable {
  readonly name: string;
  /** In columns, once a chunk is old enough. */
  readonly isEnabled: boolean;
}

/** Those of a database that has TimescaleDB. */
export function findHypertables(sql: Sql | Transaction): Promise<Hypertable[]> {
  return sql<Hypertable[]>`
    select hypertable_name as name, compression_enabled as "isEnabled" from timescaledb_information.hypertables
    where hypertable_schema = current_schema()`;
}

async function hasPolicy(transaction: Transaction, table: string, afterDays: number): Promise<boolean> {
  const policies = await transaction`
    select from timescaledb_information.jobs
    where proc_name = 'policy_compression' and hypertable_schema = current_schema() and hypertable_name = ${table}
      and (config ->> 'compress_after')::interval = ${`${afterDays} days`}::interval`;
  return policies.length > 0;
}
