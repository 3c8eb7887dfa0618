import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from './system-error.ts';

/**
 * The port that the server of a cluster had last; undefined before its first start. It is in the command line that
 * PostgreSQL notes once it listens, and keeps when it ends.
 */
export async function findLastPort(cluster: string): Promise<number | undefined> {
  try {
    const commandLine = await readFile(join(cluster, 'postmaster.opts'), 'utf8');
    const port = / "-p" "(\d+)"/.exec(commandLine)?.[1];
    return port === undefined ? undefined : Number(port);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
