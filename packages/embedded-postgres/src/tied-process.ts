import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerUser } from './server-user.ts';

/** Nothing of ours leaks in: PG* variables would change what the programs do, and locales their messages. */
const ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

export interface TiedProcess {
  readonly pid: number;
  /** Exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/**
 * Runs a program in a session of its own, so that a Ctrl-C in our terminal does not reach it and we decide
 * when it ends; and so that it is interrupted when our process is gone, even after `kill -9`.
 *
 * A shell watches for that: it waits for the end of a pipe whose other end only our process holds.
 *
 * @throws {Error} when the program cannot be run
 */
export async function spawnTied(
  command: string,
  args: readonly string[],
  { user, stdio }: { user: ServerUser | null; stdio: StdioOptions },
): Promise<TiedProcess> {
  const session = { cwd: '/', env: ENVIRONMENT, detached: true };
  const child = spawn(command, args, { ...session, ...user, stdio });
  const ended = exitOf(child);
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} runs without a process id`);

  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'sh', String(pid)], {
    ...session,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  void ended.then(() => watchdog.kill('SIGKILL'));
  return { pid, ended };
}

function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
  });
}
