import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { endServer } from './end-server.ts';
import { postmasterFile, readPostmasterFile } from './postmaster-file.ts';
import { isSystemError } from './system-error.ts';

/**
 * Ends the server that an earlier holder of the data folder left running, and waits for one that is still
 * on its way out. Call it with the folder's lock held.
 */
export async function endLeftoverServer(cluster: string, log: (line: string) => void): Promise<void> {
  const leftover = await readPostmasterFile(cluster);
  if (!leftover) return;
  const isGone = async () => !(await isPostmasterOf(cluster, leftover.pid));
  if (!(await isGone())) {
    log(`ending the PostgreSQL that an earlier run left behind (process ${leftover.pid})`);
    await endServer(leftover.pid, isGone);
  }
  // A killed server leaves its file, and PostgreSQL refuses to start when by now another process has the
  // number in it. That no part of the old server is left it checks by the shared memory as well.
  await rm(postmasterFile(cluster), { force: true });
}

async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  return (await commandLine(pid)).includes(` -D ${cluster} `);
}

/** The command line of a process, separated and ended by spaces; empty when there is no such process. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform !== 'linux') {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
      () => ({ stdout: '' }),
    );
    return stdout.replaceAll('\n', ' ');
  }
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ESRCH')) return '';
    throw error;
  }
}
