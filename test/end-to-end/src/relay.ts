import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** Stands between a client and a server; leaving its scope (`await using`) cuts every connection. */
export interface Relay extends AsyncDisposable {
  /** The server's URL with this relay's address in its place. */
  readonly url: string;
}

/** Where a URL names none. */
const DEFAULT_PORTS: Record<string, number> = { 'postgres:': 5432, 'postgresql:': 5432, 'redis:': 6379 };

/**
 * Starts a relay on a free port of 127.0.0.1.
 *
 * @param serverUrl - of any protocol over TCP, without TLS
 * @param onPiece - is called for each piece that a client sends, and passes it on by calling `forward`, or
 * loses it; what the server answers passes by itself
 */
export async function startRelay(serverUrl: string, onPiece: (forward: () => void) => void): Promise<Relay> {
  const url = new URL(serverUrl);
  const host = url.hostname;
  const port = Number(url.port) || DEFAULT_PORTS[url.protocol] || 0;
  const sockets = new AsyncDisposableStack();
  const relay = createServer((client) => {
    const server = connect({ host, port });
    client.on('data', (piece) => onPiece(() => server.write(piece)));
    server.on('data', (piece) => client.write(piece));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.adopt(one, async () => {
        one.destroy();
      });
      one.on('close', () => other.destroy());
      // A client that was killed resets its connection; `close` follows.
      one.on('error', () => undefined);
    }
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  url.hostname = '127.0.0.1';
  url.port = String((relay.address() as AddressInfo).port);
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      relay.close();
      await sockets.disposeAsync();
      await once(relay, 'close');
    },
  };
}
