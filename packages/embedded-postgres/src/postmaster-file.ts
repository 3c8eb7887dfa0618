import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from './system-error.ts';

/** What a running server says about itself in its data directory. */
export interface PostmasterFile {
  readonly pid: number;
  /** NaN at first */
  readonly port: number;
  /** `starting`, `ready`, `stopping` …; empty at first */
  readonly status: string;
}

/**
 * What the running server, or one that was killed, says about itself; null when the last one ended in order.
 * The lines read here are those that pg_ctl reads.
 */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | null> {
  try {
    const lines = (await readFile(postmasterFile(cluster), 'utf8')).split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}

export function postmasterFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}
