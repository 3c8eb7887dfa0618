import { readFileSync } from 'node:fs';

/** Between two looks at the launcher. */
const LOOK_EVERY_MS = 500;

/**
 * Calls `onGone` once the `npx` that started this process is gone.
 *
 * npx ends at SIGTERM without passing it on to what it started (npm 11), and so would leave everything running.
 * Under any other launcher, and where there is no /proc, nothing is watched: signals reach this process there.
 */
export function watchLauncher(onGone: () => void): void {
  const launcher = ancestors().find((pid) => commandOf(pid)?.startsWith('npm exec') ?? false);
  if (launcher === undefined) return;
  const timer = setInterval(() => {
    if (commandOf(launcher) !== undefined) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** The processes above this one, nearest first. */
function ancestors(): number[] {
  const pids: number[] = [];
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) pids.push(pid);
  return pids;
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)$/m.exec(readProc(pid, 'status') ?? '')?.[1] ?? 0);
}

/** The command line of a process; undefined when it is gone. */
function commandOf(pid: number): string | undefined {
  return readProc(pid, 'cmdline')?.replaceAll('\0', ' ');
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) {
      return undefined;
    }
    throw error;
  }
}
