import { resolve } from 'node:path';
import { findInstalledBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import { findFreePort } from './free-port.ts';
import { findLastPort } from './last-port.ts';
import { endLeftoverServer } from './leftover-server.ts';
import { chooseBinaries, chooseDataDir } from './places.ts';
import type { PublishedInfo } from './published-info.ts';
import { startServer } from './server.ts';
import { openServerLog } from './server-log.ts';
import { serverUrl } from './server-url.ts';
import type { ServerUser } from './server-user.ts';

export interface EmbeddedPostgresOptions {
  /** Folder for the data, created when missing and kept between starts. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; when left out, the one of the last start, or a free one where there is none or it is taken. */
  readonly port?: number;
  /** PostgreSQL settings by name, such as `{ fsync: 'off' }` for data that need not survive a power cut. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives what a person at the terminal should know, a line at a time. */
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** With user, password, host, port and database; it stays as long as nobody else takes the port. */
  readonly url: string;
  /** Where the data really is: as root it may not be the folder that was asked for. */
  readonly dataDir: string;
  /** Resolves when the server is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** Replaces what a second start on the same data folder is told, and `findEmbeddedPostgres` finds. */
  publish(info: PublishedInfo): Promise<void>;
  /** Ends the server in order and resolves when it is gone; repeating it is harmless. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server of our own on a data folder, which it initialises at the first start.
 *
 * The server keeps this process alive until `stop`, and ends when this process does, however that happens.
 * What an earlier process left behind, be it a half initialised folder or a running server, is cleared away.
 *
 * @throws {AlreadyRunningError} when another process holds the data folder; nothing is changed then
 * @throws {Error} with the end of the server's log when it does not start; no process is left behind
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const { dataDir, user } = await chooseDataDir(resolve(options.dataDir), log);
  const folder = dataFolder(dataDir);
  const lock = await lockDataFolder(folder, user);
  try {
    const { url, ended, stop } = await startOn(folder, user, options, log);
    let stopping: Promise<void> | undefined;
    return {
      url,
      dataDir,
      ended,
      publish: lock.publish,
      stop: () => (stopping ??= stop().finally(lock.release)),
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function startOn(
  folder: DataFolder,
  user: ServerUser | null,
  { port, settings = {} }: EmbeddedPostgresOptions,
  log: (line: string) => void,
) {
  const binaries = await chooseBinaries(findInstalledBinaries(), user, log);
  await endLeftoverServer(folder.cluster, log);
  const serverLog = await openServerLog(folder);
  try {
    const durable = settings.fsync !== 'off';
    const password = await ensureCluster({ folder, binaries, user, serverLog, durable, log });
    const { cluster } = folder;
    const lastPort = await findLastPort(cluster);
    const choosePort = async () => port ?? findFreePort(lastPort);
    const anyPort = port === undefined;
    const server = await startServer({ cluster, binaries, user, serverLog, settings, choosePort, anyPort });
    return {
      url: serverUrl(server.port, password),
      ended: server.ended,
      stop: server.stop,
    };
  } finally {
    // The server has the file open by itself.
    await serverLog.close();
  }
}
