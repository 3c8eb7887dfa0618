import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { cutStalledConnections } from './stalled-connections.ts';

/** A machine that is busy takes its time. */
const WAIT = { timeout: 20_000 };
vi.setConfig({ testTimeout: 60_000 });

const AFTER_MS = 120_000;

/** A server that sends without end, and the only connection to it, on which something was asked for. */
async function connected(): Promise<{
  server: Server;
  client: Socket;
  sent: () => number;
  look: () => void;
}> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let socket: Socket | undefined;
  const server = createServer((request, response) => {
    if (request.method === 'HEAD') return void response.end();
    const write = () => {
      while (response.write('x'.repeat(100_000)));
    };
    response.on('drain', write);
    write();
  });
  server.on('connection', (connection) => {
    socket = connection;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cutStalledConnections(server, AFTER_MS);
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  onTestFinished(async () => {
    vi.useRealTimers();
    client.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const sent = () => (socket === undefined ? 0 : socket.bytesWritten - socket.writableLength);
  await untilFull(sent);
  return { server, client, sent, look: () => vi.advanceTimersByTime(AFTER_MS) };
}

/** Until the buffers between the two are full: nothing was sent since the last look. */
async function untilFull(sent: () => number): Promise<void> {
  let before = 0;
  const isFull = () => {
    const now = sent();
    const isSame = now > 0 && now === before;
    before = now;
    return isSame;
  };
  await expect.poll(isFull, WAIT).toBe(true);
}

async function openConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

it('cuts a connection whose reader takes nothing, whatever else it asks for', async () => {
  const { server, client, look } = await connected();
  look();
  client.write('HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(await openConnections(server)).toBe(1);
  look();
  await expect.poll(() => openConnections(server), WAIT).toBe(0);
});

it('leaves one whose reader takes something from time to time', async () => {
  const { server, client, sent, look } = await connected();
  for (let round = 0; round < 3; round++) {
    look();
    const already = sent();
    client.resume();
    await expect.poll(sent, WAIT).toBeGreaterThan(already);
    client.pause();
    await untilFull(sent);
  }
  expect(await openConnections(server)).toBe(1);
});
