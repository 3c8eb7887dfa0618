import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startTestApi } from './testing/test-api.ts';

/** Asks for more than the buffers between the two hold, and reads nothing. */
function stall(url: string): Socket {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname).pause();
  socket.on('error', () => undefined);
  socket.write('GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(300));
  onTestFinished(() => void socket.destroy());
  return socket;
}

it('cuts a connection whose reader has stopped', async () => {
  await using api = await startTestApi({ stalledAfterMs: 100 });
  const socket = stall(api.url);
  const isCut = () => {
    // Who does not read learns of it when he writes.
    socket.write('\r\n');
    return socket.destroyed;
  };
  await expect.poll(isCut, { timeout: 30_000 }).toBe(true);
  expect((await api.fetch('/livez')).status).toBe(200);
});

it('ends although a reader has stopped', async () => {
  const api = await startTestApi({ endWithinMs: 100 });
  stall(api.url);
  await expect.poll(() => api.log.length).toBeGreaterThan(0);
  const closingAt = performance.now();
  await api[Symbol.asyncDispose]();
  // The usual ten seconds are more.
  expect(performance.now() - closingAt).toBeLessThan(9_000);
});
