import { readPostmasterFile } from '../postmaster-file.ts';

/** Whether the process exists, be it another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The process id of the server that runs on the cluster. */
export async function serverPid(cluster: string): Promise<number> {
  const file = await readPostmasterFile(cluster);
  if (!file) throw new Error(`no server runs on ${cluster}`);
  return file.pid;
}
