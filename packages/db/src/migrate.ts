import { readFile } from 'node:fs/promises';
import { applyColumnstore, findHypertables } from './columnstore.ts';
import { connect, disconnect, type Sql, type Transaction } from './connect.ts';
import { MIGRATIONS, migrationFiles } from './migration-files.ts';
import { beginPatiently, type Patience } from './patient-transaction.ts';

/** Held while migrating, so that any number of processes may start at once. */
const MIGRATION_LOCK = 4_711_001;

/** By then even the values that are corrected latest have been. */
export const COLUMNSTORE_AFTER_DAYS = 90;

export interface MigrateOptions {
  /** Age in days from which values are kept in columns, where the server can. */
  readonly columnstoreAfterDays?: number;
  /** With those who use its tables meanwhile. */
  readonly patience?: Patience;
}

/**
 * Brings the database to the newest schema: every numbered file that has not been applied yet, in order, each
 * in a transaction of its own; then the settings of TimescaleDB's Community edition, if the server has it. Safe to call from
 * many processes at once; the others wait and find nothing to do. Where somebody else uses a table that is to be changed, it
 * waits without keeping others from it.
 *
 * @returns names of the files applied by this call
 * @throws {Error} when the database was migrated by a newer release, or a file fails (nothing of it remains)
 */
export async function migrate(
  url: string,
  { columnstoreAfterDays = COLUMNSTORE_AFTER_DAYS, patience }: MigrateOptions = {},
): Promise<string[]> {
  const files = await migrationFiles();
  const sql = connect(url, { max: 1 });
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await sql`
      create table if not exists schema_migration (
        name text primary key, applied_at timestamptz not null default now())`;
    const rows = await sql<{ name: string }[]>`select name from schema_migration order by name`;
    const applied = new Set(rows.map(({ name }) => name));
    const unknown = [...applied].filter((name) => !files.includes(name));
    if (unknown.length > 0) {
      throw new Error(
        `The database was migrated by a newer release (${unknown.join(', ')}): run that release or a later one.`,
      );
    }
    const pending = files.filter((name) => !applied.has(name));
    for (const name of pending) {
      const text = await readFile(new URL(name, MIGRATIONS), 'utf8');
      const apply = async (transaction: Transaction) => {
        await transaction.unsafe(text);
        await transaction`insert into schema_migration (name) values (${name})`;
      };
      await beginPatiently(sql, apply, patience);
    }
    if ((await findEdition(sql)) === 'community') {
      await beginPatiently(
        sql,
        (transaction) => applyColumnstore(transaction, columnstoreAfterDays),
        patience,
      );
    }
    return pending;
  } finally {
    // Ends the session, which releases the lock.
    await disconnect(sql);
  }
}

/** Community has columnstore and policies, Apache hypertables only. */
export type TimescaleEdition = 'community' | 'apache' | 'none';

/** How a migrated database keeps its values. */
export interface Storage {
  readonly edition: TimescaleEdition;
  /** Not where the tables were made before there was TimescaleDB. */
  readonly hasHypertables: boolean;
}

/** What the migration has found and made. */
export async function findStorage(url: string): Promise<Storage> {
  const sql = connect(url, { max: 1 });
  try {
    const edition = await findEdition(sql);
    return { edition, hasHypertables: edition !== 'none' && (await findHypertables(sql)).length > 0 };
  } finally {
    await disconnect(sql);
  }
}

async function findEdition(sql: Sql): Promise<TimescaleEdition> {
  const [row] = await sql<{ license: string | null }[]>`
    select current_setting('timescaledb.license', true) as license
    from pg_extension where extname = 'timescaledb'`;
  if (row === undefined) return 'none';
  return row.license === 'timescale' ? 'community' : 'apache';
}
