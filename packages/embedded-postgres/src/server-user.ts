import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isSystemError } from './system-error.ts';

const run = promisify(execFile);

/** An account of the system that the server runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom to run the server as: null is whoever we are. PostgreSQL refuses root, so as root it runs as the
 * owner of the data when there is some (an earlier run as that user made it), else as `postgres` (`_postgres`
 * on macOS), which is created when missing, else as `nobody`.
 */
export async function chooseServerUser(cluster: string): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  return (
    (await findOwner(cluster)) ??
    (await findUser('postgres')) ??
    (await findUser('_postgres')) ??
    (await createUser('postgres')) ??
    (await findUser('nobody'))
  );
}

/** Whether the user may enter the folder and each folder above it. */
export async function canEnter(user: ServerUser, folder: string): Promise<boolean> {
  return succeeds(run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...user, cwd: '/' }));
}

async function findOwner(path: string): Promise<ServerUser | null> {
  try {
    const { uid, gid } = await stat(path);
    return uid === 0 ? null : { uid, gid };
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}

async function findUser(name: string): Promise<ServerUser | null> {
  if (!(await succeeds(run('id', [name])))) return null;
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

async function createUser(name: string): Promise<ServerUser | null> {
  await succeeds(
    run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', name]),
  );
  return findUser(name);
}

async function succeeds(command: Promise<unknown>): Promise<boolean> {
  return command.then(
    () => true,
    () => false,
  );
}
