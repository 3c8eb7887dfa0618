import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { AlreadyRunningError, type PublishedInfo } from './already-running-error.ts';
import type { DataFolder } from './data-folder.ts';
import type { ServerUser } from './server-user.ts';
import { isSystemError } from './system-error.ts';

interface Holder {
  readonly pid: number;
  readonly info: PublishedInfo;
}

export interface DataFolderLock {
  /** Replaces what a second start is told. */
  publish(info: PublishedInfo): Promise<void>;
  release(): Promise<void>;
}

const SQLITE_BUSY = 5;

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

  const database = tryLock(folder.lock);
  if (!database) {
    const holder = await readHolder(folder.holder);
    throw new AlreadyRunningError(folder.path, holder?.pid ?? null, holder?.info ?? {});
  }
  held.add(database);
  const lock = createLock(folder, database);
  await lock.publish({});
  return lock;
}

function createLock(folder: DataFolder, database: DatabaseSync): DataFolderLock {
  return {
    async publish(info) {
      const holder: Holder = { pid: process.pid, info };
      await writeFile(`${folder.holder}.partial`, JSON.stringify(holder));
      await rename(`${folder.holder}.partial`, folder.holder);
    },
    async release() {
      await rm(folder.holder, { force: true });
      held.delete(database);
      database.close();
    },
  };
}

/** Node has no file locks of its own, but SQLite's are the kernel's. The file stays empty. */
function tryLock(path: string): DatabaseSync | null {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('pragma journal_mode = off; begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}
