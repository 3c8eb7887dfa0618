import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Another process that uses a data folder. */
export interface HolderProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The next line of its output; undefined at its end. */
  nextLine(): Promise<string | undefined>;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Runs the holder program in a process group of its own, as a terminal runs what a person starts. */
export function startHolderProcess(dataDir: string, env: NodeJS.ProcessEnv = {}): HolderProcess {
  const program = fileURLToPath(new URL('./holder-program.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataDir], {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.pid === undefined) throw new Error('the holder program did not start');
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    child,
    pid: child.pid,
    ended,
    nextLine: async () => (await lines.next()).value,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
