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

/** Where a URL names none. */
const DEFAULT_PORTS: Record<string, number> = { 'postgres:': 5432, 'postgresql:': 5432, 'redis:': 6379 };

/**
 * Lays a line to a server, from a free port of 127.0.0.1.
 *
 * @param serverUrl - of any protocol over TCP, without TLS
 * @param onPiece - is called for each piece that a client sends, and passes it on by calling `forward`, or
 * loses it; what the server answers passes by itself
 */
export async function layLine(
  serverUrl: string,
  onPiece: (forward: () => void) => void = (forward) => forward(),
): Promise<Line> {
  const url = new URL(serverUrl);
  const host = url.hostname;
  const port = Number(url.port) || DEFAULT_PORTS[url.protocol] || 0;
  const sockets = new Set<Socket>();
  const listener = createServer((client) => {
    const server = connect({ host, port });
    client.on('data', (piece) => onPiece(() => server.write(piece)));
    server.on('data', (piece) => client.write(piece));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      // An end that is cut, or whose process was killed, resets its connection; `close` follows.
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
