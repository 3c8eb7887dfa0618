import { createServer, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { createHealthProbes, describeFailedCheck, type HealthProbe } from './health-probes.ts';
import type { Monitoring } from './monitoring.ts';
import { StartError } from './start-error.ts';

interface MonitoringServerOptions {
  readonly monitoring: Monitoring;
  /** 0 takes a free one. */
  readonly port: number;
  readonly hostname: string;
  readonly log: Logger;
}

export interface RunningMonitoringServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `/livez`, `/readyz` (both 200, or 503 with the checks that failed) and `/metrics` in Prometheus' text format.
 *
 * A blocked event loop answers none of them, which whoever asks takes for a failure after a while.
 *
 * @throws {StartError} when the port is taken or may not be used
 */
export async function startMonitoringServer({
  monitoring,
  port,
  hostname,
  log,
}: MonitoringServerOptions): Promise<RunningMonitoringServer> {
  const { livez, readyz } = createHealthProbes(monitoring, log);
  const answers: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/livez': (response) => answerHealth(response, livez),
    '/readyz': (response) => answerHealth(response, readyz),
    '/metrics': async (response) => {
      const metrics = await monitoring.registry.metrics();
      response.writeHead(200, { 'content-type': monitoring.registry.contentType }).end(metrics);
    },
  };
  const server = createServer((request, response) => {
    // A path as it came: anybody may send one that is no URL.
    const [path = ''] = (request.url ?? '').split('?');
    const answer = Object.hasOwn(answers, path) ? answers[path] : undefined;
    if (answer === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(answer === undefined ? 404 : 405).end();
      return;
    }
    answer(response).catch((err: unknown) => {
      log.error({ err, path: request.url }, 'monitoring request failed');
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, resolve);
  }).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown reason';
    throw new StartError(
      `Monitoring cannot listen on port ${port} of ${hostname} (${code}): see MONITORING_PORT.`,
    );
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');
  return {
    url: `http://${hostname}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        // Whoever scrapes keeps a connection open, and would be waited for.
        server.closeAllConnections();
      }),
  };
}

async function answerHealth(response: ServerResponse, probe: HealthProbe): Promise<void> {
  const failed = (await probe()).map(describeFailedCheck);
  const [status, body] = failed.length === 0 ? [200, { status: 'ok' }] : [503, { status: 'failed', failed }];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
