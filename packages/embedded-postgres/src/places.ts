import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type Binaries, binariesIn } from './binaries.ts';
import { dataFolder } from './data-folder.ts';
import { isThere } from './is-there.ts';
import { canEnter, chooseServerUser, type ServerUser } from './server-user.ts';

const run = promisify(execFile);

/**
 * Where things go as root when the unprivileged user cannot enter the folders that they were meant to be in,
 * such as a checkout below /root.
 */
export const SHELTER = '/var/lib/energy-data-service';

/**
 * The folder for the data and the user of the server: the folder that was asked for or, when that user
 * cannot enter it, one in the shelter with a name that stays the same from start to start.
 *
 * @param wanted - absolute
 * @returns the path without symbolic links
 */
export async function chooseDataDir(
  wanted: string,
  log: (line: string) => void,
): Promise<{ dataDir: string; user: ServerUser | null }> {
  await makeEnterable(wanted);
  const user = await chooseServerUser(dataFolder(wanted).cluster);
  if (user === null || (await canEnter(user, wanted))) return { dataDir: await realpath(wanted), user };

  const sheltered = shelteredDataDir(wanted);
  await makeEnterable(SHELTER);
  await makeEnterable(sheltered);
  log(`PostgreSQL does not run as root, and its user cannot enter ${wanted}: the data is in ${sheltered}`);
  return { dataDir: await realpath(sheltered), user: await chooseServerUser(dataFolder(sheltered).cluster) };
}

/**
 * The folder in the shelter that stands for another one.
 *
 * @param wanted - absolute
 */
export function shelteredDataDir(wanted: string): string {
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 8);
  return join(SHELTER, `${basename(wanted)}-${digest}`);
}

/** The installed binaries or, when the user cannot run them where they are, a copy in the shelter. */
export async function chooseBinaries(
  installed: Binaries & { readonly version: string },
  user: ServerUser | null,
  log: (line: string) => void,
): Promise<Binaries> {
  if (user === null || (await canEnter(user, installed.root))) return installed;

  const copy = join(SHELTER, `postgresql-${installed.version}`);
  if (!(await isThere(copy))) {
    log(
      `PostgreSQL does not run as root, and its user cannot enter ${installed.root}: copying it to ${copy}`,
    );
    await makeEnterable(SHELTER);
    await copyBinaries(installed.root, copy);
  }
  return binariesIn(copy);
}

/** Copies in one step: the target appears complete or not at all. */
async function copyBinaries(from: string, to: string): Promise<void> {
  const partial = `${to}.partial-${randomUUID()}`;
  try {
    await cp(from, partial, { recursive: true, verbatimSymlinks: true });
    await run('chmod', ['-R', 'a+rX', partial]);
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another start may have made the same copy in the meantime.
    if (!(await isThere(to))) throw error;
  }
}

async function makeEnterable(folder: string): Promise<void> {
  const created = await mkdir(folder, { recursive: true });
  // Whatever the umask says. What is secret in the folder has modes of its own.
  if (created !== undefined) await chmod(folder, 0o755);
}
