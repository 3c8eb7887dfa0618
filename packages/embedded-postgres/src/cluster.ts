import { randomBytes, randomUUID } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { DataFolder } from './data-folder.ts';
import { isThere } from './is-there.ts';
import type { ServerLog } from './server-log.ts';
import { SUPERUSER } from './server-url.ts';
import type { ServerUser } from './server-user.ts';
import { spawnTied } from './tied-process.ts';

interface Initialisation {
  readonly folder: DataFolder;
  readonly binaries: Binaries;
  readonly user: ServerUser | null;
  readonly serverLog: ServerLog;
  /** False leaves the new files to the system's cache, for data that need not survive a power cut. */
  readonly durable: boolean;
  readonly log: (line: string) => void;
}

/**
 * Creates the cluster unless there is one. An initialisation that was cut short leaves nothing that a later
 * one would take for a cluster.
 *
 * @returns the superuser's password
 */
export async function ensureCluster(initialisation: Initialisation): Promise<string> {
  const { folder, user, log } = initialisation;
  await removePartialClusters(folder);
  if (await isThere(folder.cluster)) return readPassword(folder);

  log(`initialising a database in ${folder.path}`);
  const password = await createPassword(folder, user);
  await initialise(initialisation);
  return password;
}

/** The superuser's password, which only the owner of the folder can read. */
export function readPassword(folder: DataFolder): Promise<string> {
  return readFile(folder.password, 'utf8');
}

async function initialise({ folder, binaries, user, serverLog, durable }: Initialisation): Promise<void> {
  const partial = `${folder.cluster}.partial-${randomUUID()}`;
  await mkdir(partial, { mode: 0o700 });
  if (user) await chown(partial, user.uid, user.gid);
  const initdb = await spawnTied(
    binaries.initdb,
    [
      `--pgdata=${partial}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${folder.password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(durable ? [] : ['--no-sync']),
    ],
    { user, stdio: ['ignore', serverLog.fd, serverLog.fd] },
  );
  const exit = await initdb.ended;
  if (exit !== 0) {
    throw new Error(`initdb failed (${exit}); ${serverLog.path} ends with:\n${await serverLog.tail()}`);
  }
  await rename(partial, folder.cluster);
  // Or a power cut could take the name away again, and what was committed by then with it.
  if (durable) await syncFolder(folder.path);
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path);
  await folder.sync();
}

async function removePartialClusters(folder: DataFolder): Promise<void> {
  for (const name of await readdir(folder.path)) {
    if (!name.startsWith('cluster.partial-')) continue;
    // An interrupted initdb may still be tidying up.
    await rm(join(folder.path, name), { recursive: true, force: true, maxRetries: 10 });
  }
}

async function createPassword(folder: DataFolder, user: ServerUser | null): Promise<string> {
  const password = randomBytes(24).toString('base64url');
  await rm(folder.password, { force: true });
  await writeFile(folder.password, password, { mode: 0o600, flag: 'wx', flush: true });
  if (user) await chown(folder.password, user.uid, user.gid);
  return password;
}
