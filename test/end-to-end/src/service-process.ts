import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A service in a process of its own, as it runs in production. */
export interface ServiceProcess {
  /** What it has written to its standard output and error, line by line in each. */
  readonly output: readonly string[];
  /** Resolves when it is gone. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  signal(signal: NodeJS.Signals): void;
}

const END_WITH_PARENT = fileURLToPath(new URL('end-with-parent.ts', import.meta.url));

/**
 * Starts a service; it ends with this process at the latest.
 *
 * @param name - of its folder in `services`
 * @param env - its whole environment, but for a cache of compiled modules, with which it starts in half the
 * time
 */
export function startServiceProcess(
  name: string,
  env: NodeJS.ProcessEnv,
  ...args: readonly string[]
): ServiceProcess {
  const main = fileURLToPath(new URL(`../../../services/${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT, main, ...args], {
    // A folder without a file .env, which every service would read.
    cwd: import.meta.dirname,
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'energy-data-service-compile-cache'), ...env },
    stdio: 'pipe',
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      output.push(...lines);
    });
  }
  return {
    output,
    ended: once(child, 'close').then(([code, signal]) => ({ code, signal })),
    signal: (signal) => child.kill(signal),
  };
}
