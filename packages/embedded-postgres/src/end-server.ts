import { isSystemError } from './system-error.ts';
import { waitFor } from './wait-for.ts';

/** PostgreSQL's fast shutdown, its immediate one (the next start recovers), and the kernel's. */
const ENDINGS = [
  ['SIGINT', 60_000],
  ['SIGQUIT', 10_000],
  ['SIGKILL', 10_000],
] as const;

/** Ends a server and waits until it is gone, less gently the longer that takes. */
export async function endServer(pid: number, isGone: () => boolean | Promise<boolean>): Promise<void> {
  for (const [signal, patienceMs] of ENDINGS) {
    if (await isGone()) return;
    kill(pid, signal);
    if (await waitFor(isGone, patienceMs)) return;
  }
  throw new Error(`PostgreSQL does not end (process ${pid})`);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isSystemError(error, 'ESRCH')) throw error;
  }
}
