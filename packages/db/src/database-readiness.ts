import { connect, type Sql } from './connect.ts';
import { migrationFiles } from './migration-files.ts';
import { isDatabaseAway } from './read/database-away.ts';

/** How the database was found. */
export type DatabaseReadiness =
  | { readonly state: 'ready' }
  /** It does not answer, or its schema is older than this release. */
  | { readonly state: 'not-yet'; readonly reason: string }
  /** It will never let us in: a wrong password, no such database. */
  | { readonly state: 'refused'; readonly reason: string };

/** Wrong credentials (28…), no such database (3D000), no right to connect or to read (42501). */
const REFUSED = /^(?:28...|3D000|42501)$/;

/**
 * Looks, over a connection of its own, whether the database answers and has at least the schema of this release. One
 * that a newer release has migrated is ready: releases follow each other while services run.
 *
 * @returns reasons without credentials
 * @throws what the server or the driver says that is about neither
 */
export async function findDatabaseReadiness(url: string): Promise<DatabaseReadiness> {
  const sql = connect(url, { max: 1 });
  try {
    return await findSchemaReadiness(sql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (isDatabaseAway(error)) return { state: 'not-yet', reason };
    if (hasCode(error) && REFUSED.test(error.code)) return { state: 'refused', reason };
    throw error;
  } finally {
    await sql.end({ timeout: 0 });
  }
}

async function findSchemaReadiness(sql: Sql): Promise<DatabaseReadiness> {
  const [table] = await sql<{ exists: boolean }[]>`
    select to_regclass('schema_migration') is not null as exists`;
  const rows = table?.exists === true ? await sql<{ name: string }[]>`select name from schema_migration` : [];
  const applied = new Set(rows.map(({ name }) => name));
  const missing = (await migrationFiles()).filter((name) => !applied.has(name));
  if (missing.length === 0) return { state: 'ready' };
  return {
    state: 'not-yet',
    reason:
      `the database is not migrated (${missing.join(', ')}): run the migration ` +
      '(pnpm migrate, or docker compose up migration)',
  };
}

function hasCode(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
