import { StartError } from '@energy-data-service/runtime';
import { createAdaptorServer } from '@hono/node-server';
import { type ApiDependencies, createApp } from './app.ts';

export interface ApiOptions extends ApiDependencies {
  /** 0 takes a free one. */
  readonly port: number;
  /** Address to listen on; by default every one of the machine. */
  readonly hostname?: string | undefined;
}

export interface RunningApi {
  readonly url: string;
  /** Takes no more requests, and waits until those under way are answered, ten seconds at most. */
  close(): Promise<void>;
}

/** A connection on which nothing has moved for so long is cut: what its reader does not take is held in memory. Twice what an answer may take to begin. */
const IDLE_MS = 120_000;

/** How long those under way may take when the API ends. */
const END_WITHIN_MS = 10_000;

/**
 * Serves the REST API.
 *
 * @throws {StartError} when the port is taken or may not be used
 */
export async function startApi({ port, hostname, ...dependencies }: ApiOptions): Promise<RunningApi> {
  // The app is made once the port is ours: it registers metrics, which a start on another port would register again.
  let handle: ReturnType<typeof createApp>['fetch'] = () => new Response(null, { status: 503 });
  const server = createAdaptorServer({ fetch: (request, bindings) => handle(request, bindings) });
  if ('setTimeout' in server) server.setTimeout(IDLE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, hostname, () => resolve());
  }).catch((error: unknown) => {
    throw new StartError(describeFailure(error, hostname, port), { cause: error });
  });
  handle = createApp(dependencies).fetch;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port');

  return {
    url: `http://${hostname ?? 'localhost'}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          if ('closeAllConnections' in server) server.closeAllConnections();
        }, END_WITHIN_MS);
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
