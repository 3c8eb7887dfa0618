import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { findFreePort } from './free-port.ts';

it('is the preferred one if that is free', async () => {
  const port = await findFreePort();
  expect(await findFreePort(port)).toBe(port);
});

it('is another one if the preferred one is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const taken = (other.address() as AddressInfo).port;

  expect(await findFreePort(taken)).not.toBe(taken);
  other.close();
});
