import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AnswerSource } from './answer.ts';
import { controlApi } from './control-api.ts';
import { createFaultState, type FaultControl } from './fault-control.ts';
import { notFoundAnswer } from './faulty-answer.ts';
import { type GeneratedAnswersOptions, generatedAnswers } from './generated-answers.ts';
import { platformApi } from './platform-api.ts';
import { createRequestLimiter } from './request-limiter.ts';
import { createRequestLog, type RecordedRequest } from './request-log.ts';
import { sendAnswer } from './send-answer.ts';

export interface SimulatorOptions extends GeneratedAnswersOptions {
  /** Default 0: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: any token that is not empty. */
  readonly tokens?: readonly string[];
  /** What each token may send in any 60 seconds; default 400. */
  readonly requestsPerMinute?: number;
  /** How long a token that sends more is refused; default ten minutes. */
  readonly banMs?: number;
  /** Whether a request during a ban starts it anew; default false. */
  readonly prolongBan?: boolean;
  /** Default: generated from `seed`, `flaws` and `provisionalHours`, which other sources do not use. */
  readonly answers?: AnswerSource;
  /** What the simulator takes for the present; default: the present. */
  readonly clock?: () => Temporal.Instant;
}

export interface Simulator {
  /** Base URL as a client is given it: `http://127.0.0.1:40123/api`. */
  readonly url: string;
  readonly faults: FaultControl;
  /** The newest 10,000 requests to the platform's path, in the order of their answers. */
  readonly requests: readonly RecordedRequest[];
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** Starts a server that behaves as the web API of the ENTSO-E Transparency Platform does. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', seed = 1, clock = Temporal.Now.instant } = options;
  const closing = new AbortController();
  const log = createRequestLog();
  const faults = createFaultState(seed);
  const platform = platformApi({
    answers: options.answers ?? generatedAnswers(options),
    faults,
    limiter: createRequestLimiter({
      requestsPerMinute: options.requestsPerMinute ?? 400,
      banMs: options.banMs ?? 600_000,
      prolongBan: options.prolongBan ?? false,
    }),
    log,
    clock,
    tokens: options.tokens ?? null,
    signal: closing.signal,
  });
  const control = controlApi(faults, log);

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
    if (path === '/api') return platform(request, response, query);
    if (path.startsWith('/control/')) return control(request, response, path);
    return sendAnswer(request, response, notFoundAnswer(), undefined, closing.signal);
  }

  const server = createServer((request, response) => {
    // A fault of the simulator itself: the client sees a broken connection, the person at the terminal why.
    route(request, response).catch((error: unknown) => {
      response.destroy();
      process.emitWarning(error instanceof Error ? error : String(error));
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/api`,
    faults,
    requests: log.requests,
    async close() {
      closing.abort();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
