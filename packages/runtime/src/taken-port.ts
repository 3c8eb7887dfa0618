import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartError } from './start-error.ts';

/**
 * Starts a server on a port that a setting names; if the port is taken, says so by the name of the setting.
 *
 * @throws {StartError}
 */
export async function withPortSetting<T>(
  { name, port }: { name: string; port: number },
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    throw new StartError(`Port ${port} is taken by another process: set ${name} to a free one.`, {
      cause: error,
    });
  }
}

/** Whether a server could not start because its port is taken, be that wrapped or as Node.js says it. */
export function isPortTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === 'EADDRINUSE') || isPortTaken(error.cause);
}

/**
 * Looks whether a port that was asked for is free. Whatever else may be wrong with it is for its server to say.
 *
 * @param port - undefined: none was asked for
 * @throws {StartError} naming the setting
 */
export async function refuseTakenPort(
  name: string,
  port: number | undefined,
  hostname: string,
): Promise<void> {
  if (port === undefined) return;
  await withPortSetting({ name, port }, async () => {
    const server = createServer().listen(port, hostname);
    try {
      await once(server, 'listening');
    } catch (error) {
      if (isPortTaken(error)) throw error;
      return;
    }
    server.close();
    await once(server, 'close');
  });
}
