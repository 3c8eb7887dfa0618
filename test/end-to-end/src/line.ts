import { once } from 'node:events';
import { connect as connectTo, createServer, type Socket } from 'node:net';

/** A line between clients and a server that can be cut and mended. */
export interface Line extends AsyncDisposable {
  /** The server's URL with the line's own address in place of the server's. */
  readonly url: string;
  /** Cuts every connection and refuses new ones until it is mended. */
  cut(): void;
  mend(): void;
}

/** Lays a line to a server whose URL names host and port. */
export async function layLine(serverUrl: string): Promise<Line> {
  const url = new URL(serverUrl);
  const [host, port] = [url.hostname, Number(url.port)];
  const sockets = new Set<Socket>();
  let isCut = false;
  const listener = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const server = connectTo({ host, port });
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
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the line listens on no TCP port');
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  function cutAll(): void {
    for (const socket of sockets) socket.destroy();
  }
  return {
    url: url.href,
    cut() {
      isCut = true;
      cutAll();
    },
    mend() {
      isCut = false;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      cutAll();
      await once(listener, 'close');
    },
  };
}
