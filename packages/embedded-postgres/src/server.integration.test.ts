import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { findInstalledBinaries } from './binaries.ts';
import { dataFolder } from './data-folder.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { findFreePort } from './free-port.ts';
import { chooseBinaries } from './places.ts';
import { postmasterFile } from './postmaster-file.ts';
import { type Launch, startServer } from './server.ts';
import { openServerLog } from './server-log.ts';
import { chooseServerUser } from './server-user.ts';
import { isAlive } from './testing/processes.ts';
import { createTemporaryFolder } from './testing/temporary-folder.ts';
import { spawnTied } from './tied-process.ts';

/** An initialised cluster in the folder, and what starts a server on it, past the lock. */
async function prepareLaunch(path: string): Promise<Launch> {
  const server = await startEmbeddedPostgres({ dataDir: path, settings: { fsync: 'off' } });
  await server.stop();
  const folder = dataFolder(path);
  const user = await chooseServerUser(folder.cluster);
  return {
    cluster: folder.cluster,
    binaries: await chooseBinaries(findInstalledBinaries(), user, () => undefined),
    user,
    serverLog: await openServerLog(folder),
    settings: { fsync: 'off' },
    choosePort: findFreePort,
    anyPort: true,
  };
}

it('tries another port when the one it found is taken by the time the server binds it', async () => {
  await using folder = await createTemporaryFolder();
  const launch = await prepareLaunch(folder.path);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const taken = (other.address() as AddressInfo).port;
  const ports = [taken, taken, await findFreePort()];

  const server = await startServer({ ...launch, choosePort: async () => ports.shift() ?? 0 });

  expect(server.port).not.toBe(taken);
  await server.stop();
  other.close();
  await launch.serverLog.close();
});

it('ends a server that an earlier process left running, before it starts', async () => {
  await using folder = await createTemporaryFolder();
  const launch = await prepareLaunch(folder.path);
  const leftover = await startServer(launch);

  const server = await startEmbeddedPostgres({ dataDir: folder.path, settings: { fsync: 'off' } });

  expect(isAlive(leftover.pid)).toBe(false);
  await server.stop();
  await launch.serverLog.close();
});

it('starts when a process that is no PostgreSQL has got the number of a killed server', async () => {
  await using folder = await createTemporaryFolder();
  const { cluster, user, serverLog } = await prepareLaunch(folder.path);
  const stranger = await spawnTied('/bin/sleep', ['600'], { user, stdio: 'ignore' });
  await writeFile(postmasterFile(cluster), `${stranger.pid}\n${cluster}\n`);

  const server = await startEmbeddedPostgres({ dataDir: folder.path, settings: { fsync: 'off' } });

  expect(isAlive(stranger.pid)).toBe(true);
  process.kill(stranger.pid, 'SIGKILL');
  await stranger.ended;
  await server.stop();
  await serverLog.close();
});
