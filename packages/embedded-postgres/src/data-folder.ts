import { join } from 'node:path';

/** Where data is kept unless a setting says otherwise. */
export const DEFAULT_DATA_DIR = '.data';

/** The server's part of the folder that the setting `DATA_DIR` names. */
export function serverFolder(dataDir: string): string {
  return join(dataDir, 'postgresql');
}

/** What lies where in a data folder. */
export interface DataFolder {
  readonly path: string;
  /** PostgreSQL's own data directory; it appears complete or not at all. */
  readonly cluster: string;
  /** Password of the superuser. */
  readonly password: string;
  readonly lock: string;
  /** What the holder of the lock tells about itself. */
  readonly holder: string;
  readonly log: string;
  /** Log of the run before. */
  readonly previousLog: string;
}

export function dataFolder(path: string): DataFolder {
  return {
    path,
    cluster: join(path, 'cluster'),
    password: join(path, 'password'),
    lock: join(path, 'lock'),
    holder: join(path, 'holder.json'),
    log: join(path, 'server.log'),
    previousLog: join(path, 'server.previous.log'),
  };
}
