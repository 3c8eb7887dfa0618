import { access, chown, constants, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import { AlreadyRunningError } from './already-running-error.ts';
import type { DataFolder } from './data-folder.ts';
import type { PublishedInfo } from './published-info.ts';
import type { ServerUser } from './server-user.ts';
import { isSystemError } from './system-error.ts';

/** What the process that holds the lock tells about itself; nulls when it has only just begun. */
export interface Holder {
  readonly pid: number | null;
  readonly info: PublishedInfo | null;
}

export interface DataFolderLock {
  /** Replaces what others are told. */
  publish(info: PublishedInfo): Promise<void>;
  release(): Promise<void>;
}

const SQLITE_BUSY = 5;

/** Longer than a look takes, which holds the lock for a moment. */
const LOCK_TIMEOUT_MS = 250;

// Kept here because a lock that is collected as garbage is released.
const held = new Set<DatabaseSync>();

/**
 * Takes the data folder for this process alone. The kernel holds the lock and drops it with the process,
 * however that ends; of two processes that try at the same moment one gets it.
 *
 * @throws {AlreadyRunningError}
 */
export async function lockDataFolder(folder: DataFolder, user: ServerUser | null): Promise<DataFolderLock> {
  await writeFile(folder.lock, '', { flag: 'a' });
  if (user) await chown(folder.lock, user.uid, user.gid);

  const database = tryLock(
    folder.lock,
    { timeout: LOCK_TIMEOUT_MS },
    'pragma journal_mode = off; begin exclusive',
  );
  if (!database) {
    const { pid, info } = await readHolder(folder.holder);
    throw new AlreadyRunningError(folder.path, pid, info);
  }
  held.add(database);
  await writeHolder(folder, null);
  return {
    publish: (info) => writeHolder(folder, info),
    async release() {
      await rm(folder.holder, { force: true });
      held.delete(database);
      database.close();
    },
  };
}

/** The process that holds the data folder; null when none does, whatever a killed one has left there. */
export async function findHolder(folder: DataFolder): Promise<Holder | null> {
  if (!(await isReadable(folder.lock))) return null;
  const database = tryLock(folder.lock, { readOnly: true, timeout: 0 }, 'select 1 from sqlite_schema');
  if (!database) return readHolder(folder.holder);
  database.close();
  return null;
}

/**
 * Node has no file locks of its own, but SQLite's are the kernel's. The file stays empty.
 *
 * @param statement - takes the lock, for as long as it runs or, if it begins a transaction, as the database is open
 * @returns null when another holds the lock
 */
function tryLock(path: string, options: DatabaseSyncOptions, statement: string): DatabaseSync | null {
  const database = new DatabaseSync(path, options);
  try {
    database.exec(statement);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
}

/** Whether there is a file that we may read; refused by the system when it is there and not for us. */
async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}

async function writeHolder(folder: DataFolder, info: PublishedInfo | null): Promise<void> {
  const holder: Holder = { pid: process.pid, info };
  await writeFile(`${folder.holder}.partial`, JSON.stringify(holder));
  await rename(`${folder.holder}.partial`, folder.holder);
}

async function readHolder(path: string): Promise<Holder> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return { pid: null, info: null };
    throw error;
  }
}
