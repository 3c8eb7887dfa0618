import { randomUUID } from 'node:crypto';
import postgres from 'postgres';

/** Runs statements on the server's own database. */
export async function onServer(
  serverUrl: string,
  work: (sql: postgres.Sql) => PromiseLike<unknown>,
): Promise<void> {
  const sql = postgres(serverUrl, { max: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}

/** Drops a database though someone may still be connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, (sql) => sql`drop database ${sql(name)} with (force)`);
}

/** The URL of another database on the same server. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}

/** A name that no other run on a shared server uses. */
export function uniqueDatabaseName(kind: string): string {
  return `energy_${kind}_${randomUUID().replaceAll('-', '')}`;
}
