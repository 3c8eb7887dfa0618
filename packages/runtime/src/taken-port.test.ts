import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { StartError } from './start-error.ts';
import { isPortTaken, refuseTakenPort, withPortSetting } from './taken-port.ts';

it('a port that another process has is refused by the name of its setting, and free ones are left free', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  const { port } = address;
  const look = () => refuseTakenPort('DASHBOARD_PORT', port, '127.0.0.1');

  await expect(look()).rejects.toThrow(StartError);
  await expect(look()).rejects.toThrow(
    `Port ${port} is taken by another process: set DASHBOARD_PORT to a free one.`,
  );

  server.close();
  await once(server, 'close');
  await look();
  await look();
});

it('what is wrong with an address is left to its server to say', async () => {
  await refuseTakenPort('PORT', 0, '203.0.113.1');
  await refuseTakenPort('PORT', undefined, '203.0.113.1');
});

it('a server that says by itself that its port is taken is told the setting too, and other failures stay what they are', async () => {
  const taken = new StartError('choose another', {
    cause: Object.assign(new Error('no'), { code: 'EADDRINUSE' }),
  });
  expect(isPortTaken(taken)).toBe(true);
  const startWith = (error: Error) =>
    withPortSetting({ name: 'PORT', port: 8081 }, () => Promise.reject(error));
  await expect(startWith(taken)).rejects.toThrow(
    'Port 8081 is taken by another process: set PORT to a free one.',
  );

  const other = new StartError('the password is too short');
  expect(isPortTaken(other)).toBe(false);
  await expect(startWith(other)).rejects.toBe(other);
});
