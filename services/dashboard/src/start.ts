import { createBoard, type QueueBackend } from '@energy-data-service/queue';
import { type Logger, type Monitoring, StartError } from '@energy-data-service/runtime';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.ts';
import { createBoardApps } from './board-app.ts';
import { type DashboardPasswords, hasPassword } from './passwords.ts';

interface Options {
  readonly queueBackend: QueueBackend;
  /** Ids of the sources whose queues are shown. */
  readonly sources: readonly string[];
  readonly passwords: DashboardPasswords;
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Gets the check of the queues' server; its checks are served. */
  readonly monitoring: Pick<Monitoring, 'liveness' | 'readiness'>;
  readonly log: Logger;
}

export interface RunningDashboard {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the dashboard.
 *
 * @throws {StartError} when the port is taken or may not be used
 */
export async function startDashboard({
  queueBackend,
  sources,
  passwords,
  hostname,
  port,
  monitoring,
  log,
}: Options): Promise<RunningDashboard> {
  const board = createBoard(queueBackend, sources);
  const boards = createBoardApps(board, hasPassword(passwords));
  const app = createApp({ boards, monitoring, passwords, log });
  const server = createAdaptorServer({ fetch: app.fetch });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, hostname, resolve);
    });
  } catch (error) {
    await board.close();
    throw new StartError(describeFailure(error, hostname, port), { cause: error });
  }
  monitoring.readiness.set('queues', board.check);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
  const url = `http://${hostname.includes(':') ? `[${hostname}]` : hostname}:${address.port}`;
  log.info(
    { url },
    hasPassword(passwords) ? 'serving, behind a login' : 'serving: whoever is on this machine may look',
  );
  return {
    url,
    async close() {
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      });
      await board.close();
    },
  };
}

function describeFailure(error: unknown, hostname: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `the dashboard's port ${port} is taken by another process: choose another`;
  return `the dashboard cannot listen on port ${port} of ${hostname} (${code ?? 'unknown reason'}): see HOST and PORT`;
}
