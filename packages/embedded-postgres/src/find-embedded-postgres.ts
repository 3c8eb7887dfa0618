import { resolve } from 'node:path';
import { readPassword } from './cluster.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { DataFolderAccessError } from './data-folder-access-error.ts';
import { findHolder } from './data-folder-lock.ts';
import { shelteredDataDir } from './places.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import type { PublishedInfo } from './published-info.ts';
import { serverUrl } from './server-url.ts';
import { isSystemError } from './system-error.ts';

/** A server that another process runs. */
export interface FoundPostgres {
  /** Where the data really is. */
  readonly dataDir: string;
  /** The process that started the server; null when it has only just begun. */
  readonly pid: number | null;
  /** What one can work with; null until the process has published it, and when the server is on its way out. */
  readonly work: FoundWork | null;
}

export interface FoundWork extends PublishedInfo {
  /** With user, password, host, port and the database that was published. */
  readonly databaseUrl: string;
}

/**
 * Looks for the server that a process has started on a data folder. Starts, changes and waits for nothing.
 *
 * @param wanted - as it was given to `startEmbeddedPostgres`, be the data there or elsewhere
 * @returns null when no process holds the folder
 * @throws {DataFolderAccessError} when one does, and its password is not for us to read
 */
export async function findEmbeddedPostgres(wanted: string): Promise<FoundPostgres | null> {
  const path = resolve(wanted);
  return (await findIn(dataFolder(path))) ?? (await findIn(dataFolder(shelteredDataDir(path))));
}

async function findIn(folder: DataFolder): Promise<FoundPostgres | null> {
  try {
    const holder = await findHolder(folder);
    if (holder === null) return null;
    const { pid, info } = holder;
    const server = await readPostmasterFile(folder.cluster);
    if (info === null || server?.status !== 'ready') return { dataDir: folder.path, pid, work: null };
    const databaseUrl = serverUrl(server.port, await readPassword(folder), info.database);
    return { dataDir: folder.path, pid, work: { ...info, databaseUrl } };
  } catch (error) {
    if (isSystemError(error, 'EACCES')) throw new DataFolderAccessError(folder.path, { cause: error });
    throw error;
  }
}
