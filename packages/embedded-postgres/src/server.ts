import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { endServer } from './end-server.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import type { ServerLog } from './server-log.ts';
import type { ServerUser } from './server-user.ts';
import { spawnTied, type TiedProcess } from './tied-process.ts';
import { waitFor } from './wait-for.ts';

/** Recovery after a crash replays up to `max_wal_size`, which a slow disk may take minutes for. */
const READY_TIMEOUT_MS = 300_000;
const ATTEMPTS = 20;
const RETRY_MS = 250;

/** Processes of a killed server that have not noticed yet; they do within moments. */
const OLD_SERVER_LEFT = /pre-existing shared memory block|lock file "postmaster.pid" already exists/;
const PORT_TAKEN = /could not (?:bind|listen)/;

/** Settings for one machine that does other things as well. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  // Nothing is replicated from here.
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_compression: 'on',
  max_wal_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The log file is bounded by having nothing to say.
  log_checkpoints: 'off',
} as const;

export interface Launch {
  readonly cluster: string;
  readonly binaries: Binaries;
  readonly user: ServerUser | null;
  readonly serverLog: ServerLog;
  readonly settings: Readonly<Record<string, string>>;
  /** Called for each attempt, of which a taken port costs one. */
  readonly choosePort: () => Promise<number>;
  /** Whether another port may be tried when one is taken. */
  readonly anyPort: boolean;
}

export interface Server {
  readonly port: number;
  readonly pid: number;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the server and waits until it accepts connections.
 *
 * @throws {Error} with the end of the server's log; no server is left behind
 */
export async function startServer(launch: Launch): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = await launch.choosePort();
    const logOffset = await launch.serverLog.size();
    const server = await tryPort(launch, port);
    if (server) return server;

    const output = await launch.serverLog.tail(logOffset);
    const passes = OLD_SERVER_LEFT.test(output) || (PORT_TAKEN.test(output) && launch.anyPort);
    if (attempt === ATTEMPTS || !passes) {
      throw new Error(`PostgreSQL did not start; ${launch.serverLog.path} ends with:\n${output}`);
    }
    await delay(RETRY_MS);
  }
}

/** The server once it is ready; null when it ended before that or took too long. */
async function tryPort(launch: Launch, port: number): Promise<Server | null> {
  const { cluster, binaries, user, serverLog } = launch;
  const settings = Object.entries({ ...SETTINGS, ...launch.settings });
  const postmaster = await spawnTied(
    binaries.postgres,
    ['-D', cluster, '-p', String(port), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { user, stdio: ['ignore', serverLog.fd, serverLog.fd] },
  );
  const server = runningServer(postmaster, port);

  async function isReady(): Promise<boolean> {
    const file = await readPostmasterFile(cluster);
    return file?.pid === postmaster.pid && file.status === 'ready';
  }
  await waitFor(async () => server.isGone() || (await isReady()), READY_TIMEOUT_MS);
  if (!server.isGone() && (await isReady())) return server;
  await server.stop();
  return null;
}

function runningServer({ pid, ended }: TiedProcess, port: number): Server & { isGone(): boolean } {
  let gone = false;
  const isGone = () => gone;
  return {
    port,
    pid,
    isGone,
    ended: ended.then(() => {
      gone = true;
    }),
    stop: () => endServer(pid, isGone),
  };
}
