import postgres from 'postgres';
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
    if (rows.length === 0) {
      await sql`create database ${sql(name)}`.catch((error: unknown) => {
        if (!isThereAlready(error)) throw error;
      });
    }
  } finally {
    await sql.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Whether somebody else has created it at this moment. */
function isThereAlready(error: unknown): boolean {
  return error instanceof postgres.PostgresError && ['42P04', '23505'].includes(error.code);
}
