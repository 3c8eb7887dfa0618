import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const MAIN = fileURLToPath(new URL('../../simulator/src/main.ts', import.meta.url));
const END_WITH_PARENT = fileURLToPath(new URL('end-with-parent.ts', import.meta.url));

const Requests = z.array(
  z.object({
    at: z.string().transform((text) => Temporal.Instant.from(text)),
    status: z.number().nullable(),
  }),
);

/** The simulator in a process of its own, so that all of it can stand still; leaving its scope ends it. */
export interface SimulatorProcess extends AsyncDisposable {
  /** The platform's endpoint. */
  readonly url: string;
  /** `SIGSTOP`: what is sent arrives at the machine, and nobody looks at it until `SIGCONT`. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** When each request was counted, and how it was answered. */
  readRequests(): Promise<z.output<typeof Requests>>;
}

export async function startSimulatorProcess(): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT, MAIN], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const [url] = await once(createInterface(child.stdout), 'line');
  return {
    url,
    signal: (signal) => child.kill(signal),
    async readRequests() {
      const response = await fetch(new URL('/control/requests', url));
      return Requests.parse(await response.json());
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
