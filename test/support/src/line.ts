import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A line between clients and a server that can be cut and mended; leaving its scope (`await using`) cuts it. */
export interface Line extends AsyncDisposable {
  /** The server's URL with the line's own address in place of the server's. */
  readonly url: string;
  /** Ends every connection, and refuses new ones until it is mended. */
  cut(): void;
  mend(): Promise<void>;
}

/** Lays a line to a server whose URL names host and port. */
export async function layLine(serverUrl: string): Promise<Line> {
  const url = new URL(serverUrl);
  const [host, port] = [url.hostname, Number(url.port)];
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const server = connect({ host, port });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      // An end that is cut resets its connection; `close` follows.
      one.on('error', () => undefined);
    }
  });
  async function listen(ownPort: number): Promise<void> {
    listener.listen(ownPort, '127.0.0.1');
    await once(listener, 'listening');
  }
  await listen(0);
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the line listens on no TCP port');
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  function cut(): void {
    listener.close();
    for (const socket of sockets) socket.destroy();
  }
  return {
    url: url.href,
    cut,
    mend: () => listen(address.port),
    [Symbol.asyncDispose]: async () => cut(),
  };
}
