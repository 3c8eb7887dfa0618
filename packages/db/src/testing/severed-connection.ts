import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { connect, type Sql } from '../connect.ts';

/** Code of the message with which a server ends its greeting and its answer to every statement. */
const READY_FOR_QUERY = 'Z'.charCodeAt(0);

/** The greeting, and the types that the driver asks for of its own accord. */
const READY_BEFORE_WORK = 2;

/**
 * Does work over a connection that breaks, as when one of the two processes or the network dies: the server has
 * executed `statements` statements, the last of them included, and the answer to it is lost.
 *
 * @param statements - at least 1; `begin` and `commit` are statements
 * @param whenCut - runs before the connection breaks, while the server has an open transaction perhaps
 * @returns whether it broke; if not, the work was done before
 * @throws what the work throws while the connection holds
 */
export async function workUntilCut(
  databaseUrl: string,
  statements: number,
  work: (sql: Sql) => Promise<unknown>,
  whenCut: () => Promise<void> = async () => {},
): Promise<boolean> {
  await using proxy = await startProxy(databaseUrl, statements, whenCut);
  const sql = connect(proxy.url, { max: 1 });
  try {
    await work(sql);
    return false;
  } catch (error) {
    if (!proxy.isCut()) throw error;
    await proxy.cut;
    return true;
  } finally {
    await sql.end({ timeout: 0 });
  }
}

interface Proxy extends AsyncDisposable {
  readonly url: string;
  isCut(): boolean;
  /** Settles as `whenCut` does. */
  readonly cut: Promise<void>;
}

async function startProxy(
  databaseUrl: string,
  statements: number,
  whenCut: () => Promise<void>,
): Promise<Proxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const cut = Promise.withResolvers<void>();
  let isCut = false;

  const server = createServer((client) => {
    const upstream = connectSocket(Number(target.port || 5432), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // A broken connection is what this is for; both ends are told by its close.
      socket.on('error', () => socket.destroy());
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream);
    const countReady = createReadyCounter();
    let ready = 0;
    upstream.on('data', (bytes: Buffer) => {
      ready += countReady(bytes);
      if (ready < READY_BEFORE_WORK + statements) client.write(bytes);
      else if (!isCut) breakConnection();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  function breakConnection(): void {
    isCut = true;
    server.close();
    whenCut()
      .then(cut.resolve, cut.reject)
      .finally(() => {
        for (const socket of sockets) socket.destroy();
      });
  }

  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    isCut: () => isCut,
    cut: cut.promise,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Counts the messages of a server that say that it is ready for a query; they may arrive in pieces. */
function createReadyCounter(): (bytes: Buffer) => number {
  let pending = Buffer.alloc(0);
  return (bytes) => {
    pending = Buffer.concat([pending, bytes]);
    let count = 0;
    while (pending.length >= 5) {
      const end = 1 + pending.readInt32BE(1);
      if (pending.length < end) break;
      if (pending[0] === READY_FOR_QUERY) count++;
      pending = pending.subarray(end);
    }
    return count;
  };
}
