import { readFile } from 'node:fs/promises';
import { applyColumnstore } from './columnstore.ts';
import { connect, disconnect, type Sql } from './connect.ts';
import { MIGRATIONS, migrationFiles } from './migration-files.ts';

/** Held while migrating, so that any number of processes may start at once. */
const MIGRATION_LOCK = 4_711_001;

/** By then even the values that are corrected latest have been. */
export const COLUMNSTORE_AFTER_DAYS = 90;

export interface MigrateOptions {
  /** Age in days from which values are kept in columns, where the server can. */
  readonly columnstoreAfterDays?: number;
}

/**
 * Brings the database to the newest schema: every numbered file that has not been applied yet, in order, each
 * in a transaction of its own; then the settings of TimescaleDB's Community edition, if the server has it. Safe to call from
 * many processes at once; the others wait and find nothing to do.
 *
 * @returns names of the files applied by this call
 * @throws {Error} when the database was migrated by a newer release, or a file fails (nothing of it remains)
 */
export async function migrate(
  url: string,
  { columnstoreAfterDays = COLUMNSTORE_AFTER_DAYS }: MigrateOptions = {},
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
      await sql.begin(async (transaction) => {
        await transaction.unsafe(text);
        await transaction`insert into schema_migration (name) values (${name})`;
      });
    }
    if ((await findEdition(sql)) === 'community') {
      await sql.begin((transaction) => applyColumnstore(transaction, columnstoreAfterDays));
    }
    return pending;
  } finally {
    // Ends the session, which releases the lock.
    await disconnect(sql);
  }
}

/** Community has columnstore and policies, Apache hypertables only. */
export type TimescaleEdition = 'community' | 'apache' | 'none';

/** Whether the server has TimescaleDB in this database, and which edition. */
export async function timescaleEdition(url: string): Promise<TimescaleEdition> {
  const sql = connect(url, { max: 1 });
  try {
    return await findEdition(sql);
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
