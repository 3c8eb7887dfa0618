import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Passes connections on to a server, until it is cut: then the server is away for whoever comes this way. */
export interface TcpRelay extends AsyncDisposable {
  /** The server's URL by way of the relay. */
  readonly url: string;
  cut(): void;
}

export async function startTcpRelay(serverUrl: string): Promise<TcpRelay> {
  const server = new URL(serverUrl);
  const sockets = new Set<Socket>();
  const relay = createServer((inner) => {
    const outer = connect(Number(server.port), server.hostname);
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(socket);
      // A cut connection is what this is for.
      socket.on('error', () => undefined).on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const address = relay.address();
  if (address === null || typeof address === 'string') throw new Error('the relay listens on no TCP port');
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${address.port}`;
  function cut(): void {
    relay.close();
    for (const socket of sockets) socket.destroy();
  }
  return { url: url.href, cut, [Symbol.asyncDispose]: async () => cut() };
}
