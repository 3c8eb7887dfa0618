import { connect } from './connect.ts';

/**
 * Creates a database on a server where it is missing.
 *
 * @param serverUrl - of any database on the server, as a user who may create databases
 * @returns the URL of the database
 */
export async function ensureDatabase(serverUrl: string, name: string): Promise<string> {
  const sql = connect(serverUrl, { max: 1 });
  try {
    const rows = await sql`select from pg_database where datname = ${name}`;
    if (rows.length === 0) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
