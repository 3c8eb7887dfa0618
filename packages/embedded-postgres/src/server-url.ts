export const SUPERUSER = 'postgres';

/** The URL of the superuser on a server of ours. */
export function serverUrl(port: number, password: string, database = 'postgres'): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}
