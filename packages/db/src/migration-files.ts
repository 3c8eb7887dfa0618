import { readdir } from 'node:fs/promises';

export const MIGRATIONS = new URL('../migrations/', import.meta.url);

/** Names of this release's migrations, in order. */
export async function migrationFiles(): Promise<string[]> {
  return (await readdir(MIGRATIONS)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
}
