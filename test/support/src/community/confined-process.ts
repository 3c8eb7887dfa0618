import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts a program that is not trusted, in a process that talks with this one by messages. It has no environment, reads nothing
 * but itself and what is named, and has no network, no processes, and nothing to write to. It may still send signals.
 *
 * @param program - a module
 * @param readable - files and folders with all that is in them. No folder with links out of it: Node.js (26) looks at the text of a
 * path, and not at where its links lead
 */
export function forkConfined(program: URL, readable: readonly URL[]): ChildProcess {
  return fork(program, {
    execArgv: [
      '--permission',
      ...[program, ...readable].map((url) => `--allow-fs-read=${fileURLToPath(url)}`),
      // It writes files without asking.
      '--no-experimental-sqlite',
    ],
    env: {},
    serialization: 'advanced',
  });
}
