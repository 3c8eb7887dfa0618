import { migrate } from '@energy-data-service/db';
import { databaseUrl, dropDatabase, onServer, uniqueDatabaseName } from './server-databases.ts';

/** The migrated database that test databases are cloned from. */
export interface Template {
  readonly name: string;
  drop(): Promise<void>;
}

export async function createTemplate(serverUrl: string): Promise<Template> {
  const name = uniqueDatabaseName('template');
  await onServer(serverUrl, (sql) => sql`create database ${sql(name)}`);
  // Tests store values of long ago: none is turned into columns behind their back.
  await migrate(databaseUrl(serverUrl, name), { columnstoreAfterDays: 36_500 }).catch(
    async (error: unknown) => {
      await dropDatabase(serverUrl, name);
      throw error;
    },
  );
  await onServer(serverUrl, async (sql) => {
    // A database that someone is connected to cannot be cloned, and TimescaleDB's scheduler connects to
    // every database that is no template.
    await sql`alter database ${sql(name)} with is_template true allow_connections false`;
    await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${name}`;
  });
  return {
    name,
    async drop() {
      await onServer(serverUrl, (sql) => sql`alter database ${sql(name)} with is_template false`);
      await dropDatabase(serverUrl, name);
    },
  };
}
