import type { Server } from 'node:http';
import { StartError } from '@energy-data-service/runtime';
import { createAdaptorServer } from '@hono/node-server';
import { type ApiDependencies, createApp } from './app.ts';
import { cutStalledConnections } from './stalled-connections.ts';

export interface ApiOptions extends ApiDependencies {
  /** 0 takes a free one. */
  readonly port: number;
  /** Address to listen on; by default every one of the machine. */
  readonly hostname?: string | undefined;
  /** See `cutStalledConnections`; by default two minutes, in which a slow reader takes a piece of some megabytes. */
  readonly stalledAfterMs?: number;
  /** How long requests under way may take when the API ends; by default ten seconds. */
  readonly endWithinMs?: number;
}

export interface RunningApi {
  readonly url: string;
  /** Takes no more requests, and waits until those under way are answered, or cut off. */
  close(): Promise<void>;
}

/**
 * Serves the REST API.
 *
 * @throws {StartError} when the port is taken or may not be used
 */
export async function startApi({
  port,
  hostname,
  stalledAfterMs = 120_000,
  endWithinMs = 10_000,
  ...dependencies
}: ApiOptions): Promise<RunningApi> {
  // The app is made once the port is ours: it registers metrics, which a start on another port would register again.
  let handle: ReturnType<typeof createApp>['fetch'] = () => new Response(null, { status: 503 });
  const server = createAdaptorServer({ fetch: (request, bindings) => handle(request, bindings) }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => resolve());
  }).catch((error: unknown) => {
    throw new StartError(describeFailure(error, hostname, port), { cause: error });
  });
  cutStalledConnections(server, stalledAfterMs);
  handle = createApp(dependencies).fetch;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');

  return {
    url: `http://${hostname ?? 'localhost'}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => server.closeAllConnections(), endWithinMs);
        server.close((error) => {
          clearTimeout(timer);
          if (error === undefined) resolve();
          else reject(error);
        });
      }),
  };
}

function describeFailure(error: unknown, hostname: string | undefined, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another process: set PORT to a free one.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user: set PORT to one above 1023.`;
  return `The API cannot listen on port ${port} of ${hostname ?? 'every address'} (${code ?? 'unknown reason'}): see HOST and PORT.`;
}
