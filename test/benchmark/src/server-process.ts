import { fork } from 'node:child_process';
import { once } from 'node:events';

/** An HTTP server in a process of its own; leaving its scope (`await using`) ends it. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts a program that sends its URL once it listens, and ends when this process lets go of it.
 *
 * @throws {Error} if the program ends before that
 */
export async function startServerProcess(program: URL, args: readonly string[]): Promise<ServerProcess> {
  // The log of a service is written as in production, and kept nowhere.
  const server = fork(program, [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(server, 'exit');
  const [url] = await Promise.race([once(server, 'message'), failAtExit(exited)]);
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.disconnect();
      await exited;
    },
  };
}

async function failAtExit(exited: Promise<unknown[]>): Promise<never> {
  const [code] = await exited;
  throw new Error(`a server ended with exit code ${code} before it listened`);
}
