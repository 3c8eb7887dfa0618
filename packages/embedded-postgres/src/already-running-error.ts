import type { PublishedInfo } from './published-info.ts';

/** Another process uses the data folder; nothing was changed. */
export class AlreadyRunningError extends Error {
  readonly dataDir: string;
  /** The process that holds the folder; null when it has only just begun. */
  readonly pid: number | null;
  /** What it published last; null when nothing yet. */
  readonly info: PublishedInfo | null;

  constructor(dataDir: string, pid: number | null, info: PublishedInfo | null) {
    super(`already running on ${dataDir}${pid === null ? '' : `, as process ${pid}`}`);
    this.name = new.target.name;
    this.dataDir = dataDir;
    this.pid = pid;
    this.info = info;
  }
}
