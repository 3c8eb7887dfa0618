import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

const ANY = 0;

/**
 * A TCP port of 127.0.0.1 that was free a moment ago.
 *
 * @param preferred - is taken if it is free
 */
export async function findFreePort(preferred = ANY): Promise<number> {
  const server = createServer().listen(preferred, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (preferred === ANY) throw error;
    return findFreePort();
  }
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
