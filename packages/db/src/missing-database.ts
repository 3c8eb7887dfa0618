import { connect } from './connect.ts';
import { ensureDatabase } from './ensure-database.ts';

/** What the server calls a database that it does not have. */
const NO_SUCH_DATABASE = '3D000';

/**
 * Creates the database that a URL names, if the server answers that there is none. Only then must the user be allowed to
 * connect to the database `postgres` and to create others.
 *
 * @returns whether it was created
 */
export async function createMissingDatabase(url: string): Promise<boolean> {
  if (await exists(url)) return false;
  const server = new URL(url);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  await ensureDatabase(server.href, name);
  return true;
}

async function exists(url: string): Promise<boolean> {
  const sql = connect(url, { max: 1 });
  try {
    await sql`select 1`;
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NO_SUCH_DATABASE) return false;
    throw error;
  } finally {
    await sql.end();
  }
}
