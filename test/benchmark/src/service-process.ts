import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Starts a service in a process of its own, with this environment and no other; leaving its scope (`await using`) ends
 * it. What it has to say about faults appears at the terminal.
 */
export function startServiceProcess(name: string, env: NodeJS.ProcessEnv): AsyncDisposable {
  const main = fileURLToPath(new URL(`../../../services/${name}/src/main.ts`, import.meta.url));
  const service = spawn(process.execPath, [main], {
    // A folder without a file .env, which every service would read.
    cwd: import.meta.dirname,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(service, 'exit');
  return {
    async [Symbol.asyncDispose]() {
      service.kill('SIGTERM');
      await exited;
    },
  };
}
