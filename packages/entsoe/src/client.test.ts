import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import {
  type Answer,
  PermanentError,
  type SourceClient,
  ThrottledError,
  TransientError,
  UnauthorizedError,
} from '@energy-data-service/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientLimits, createEntsoeClient } from './client.ts';
import { contentHash } from './content-hash.ts';
import { acknowledgement } from './fixtures/acknowledgement.ts';
import { collectRequest } from './fixtures/collect-request.ts';
import { loadDocument } from './fixtures/load-document.ts';

const TOKEN = 'b0a1f9c4-7c1e-4f5d-9a53-token-to-hide';
const LIMITS: ClientLimits = {
  connectTimeoutMs: 1_000,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 10_000,
  totalTimeoutMs: 10_000,
  maxBodyBytes: 100_000,
};
const NEVER = new AbortController().signal;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A client of a server that answers so. */
async function clientOf(answer: RequestListener, limits: Partial<ClientLimits> = {}): Promise<SourceClient> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api`, limits);
  closing.push(() => close(server));
  return client;
}

function connect(baseUrl: string, limits: Partial<ClientLimits> = {}): SourceClient {
  const client = createEntsoeClient(
    { securityToken: TOKEN, baseUrl, requestsPerMinute: 380 },
    { ...LIMITS, ...limits },
  );
  closing.push(() => client.close());
  return client;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** The error of a request; the token is nowhere in it. */
async function failureOf(client: SourceClient, signal = NEVER): Promise<unknown> {
  const error = await client.fetch(collectRequest(), signal).then(
    () => expect.fail('the request succeeded'),
    (reason: unknown) => reason,
  );
  expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(TOKEN);
  return error;
}

describe('a request', () => {
  it('carries the token as a header and nowhere else', async () => {
    let seen: { url: string | undefined; headers: object } | undefined;
    const client = await clientOf(({ url, headers }, response) => {
      seen = { url, headers };
      response.end(loadDocument());
    });
    await client.fetch(collectRequest(), NEVER);
    expect(seen?.url).toBe(
      '/api?documentType=A65&processType=A16&outBiddingZone_Domain=10YBE----------2&periodStart=202401142300&periodEnd=202401282300',
    );
    const { security_token, ...others } = { security_token: undefined, ...seen?.headers };
    expect(security_token).toBe(TOKEN);
    expect(JSON.stringify(others)).not.toContain(TOKEN);
    expect(others).toMatchObject({ 'accept-encoding': 'gzip' });
  });
});

describe('an answer', () => {
  it('comes as bytes, with its hash', async () => {
    const body = Buffer.from(loadDocument());
    const client = await clientOf((_, response) => response.setHeader('content-type', 'text/xml').end(body));
    expect(await client.fetch(collectRequest(), NEVER)).toEqual({
      kind: 'answer',
      status: 200,
      mediaType: 'text/xml',
      body,
      contentHash: contentHash(body),
      clockAheadMs: expect.any(Number),
    });
  });

  it('tells by how much our clock is ahead of the platform’s, where that tells the time', async () => {
    const answeredAt = async (date: string) => {
      const client = await clientOf((_, response) => response.setHeader('date', date).end(loadDocument()));
      const { clockAheadMs } = (await client.fetch(collectRequest(), NEVER)) as Answer;
      return clockAheadMs === undefined ? undefined : Math.round(clockAheadMs / 3_600_000);
    };
    expect(await answeredAt(new Date(Date.now() - 2 * 3_600_000).toUTCString())).toBe(2);
    expect(await answeredAt(new Date(Date.now() + 3_600_000).toUTCString())).toBe(-1);
    expect(await answeredAt('soon')).toBeUndefined();
  });

  it('comes decompressed', async () => {
    const client = await clientOf((_, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync(loadDocument())),
    );
    expect(await client.fetch(collectRequest(), NEVER)).toMatchObject({
      body: Buffer.from(loadDocument()),
      mediaType: null,
    });
  });

  it('is "no data" with its body', async () => {
    const body = Buffer.from(acknowledgement('No matching data found'));
    const client = await clientOf((_, response) => response.writeHead(400).end(body));
    expect(await client.fetch(collectRequest(), NEVER)).toMatchObject({ kind: 'answer', status: 400, body });
  });

  it('is "too large" with the longest window', async () => {
    const reason =
      "Provided time interval (a - b) is larger than maximum allowed period 'P1M' for 'X:XML' export.";
    const client = await clientOf((_, response) => response.writeHead(400).end(acknowledgement(reason)));
    expect(await client.fetch(collectRequest(), NEVER)).toEqual({ kind: 'too-large', maxDays: 28, reason });
  });
});

describe('a refusal', () => {
  const answering = (status: number, body: string) =>
    clientOf((_, response) => response.writeHead(status).end(body));

  it('is permanent for a bad request, with the reason', async () => {
    const error = await failureOf(await answering(400, acknowledgement('Input parameter does not exist.')));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({ context: { status: 400, reason: 'Input parameter does not exist.' } });
  });

  it('stops everything for a token that is not accepted', async () => {
    const error = await failureOf(
      await answering(401, acknowledgement(`Authentication failed for ${TOKEN}.`)),
    );
    expect(error).toBeInstanceOf(UnauthorizedError);
  });

  it('stops everything for the time of a ban', async () => {
    const end = Temporal.Now.instant().add({ minutes: 5 });
    const error = await failureOf(await answering(429, `<p>Requester banned until '${end}'.</p>`));
    expect(error).toBeInstanceOf(ThrottledError);
    const { retryAfterMs } = error as ThrottledError;
    expect(retryAfterMs).toBeGreaterThan(280_000);
    expect(retryAfterMs).toBeLessThanOrEqual(300_000);
  });

  it('does not repeat the token that a server repeats', async () => {
    await failureOf(await answering(400, acknowledgement(`The token ${TOKEN} is not valid.`)));
    await failureOf(await answering(503, `SECURITY_TOKEN: ${TOKEN}`));
    // Where the text is cut, half a token would remain.
    await failureOf(await answering(502, `${'x'.repeat(300 - TOKEN.length / 2)}${TOKEN}`));
  });

  it('is transient for a fault', async () => {
    expect(await failureOf(await answering(502, '<html>bad gateway</html>'))).toMatchObject({
      constructor: TransientError,
      context: { status: 502, reason: 'bad gateway' },
    });
  });

  it('stops everything for a while when the platform says that it is down', async () => {
    expect(await failureOf(await answering(503, '<html>maintenance</html>'))).toMatchObject({
      constructor: ThrottledError,
      context: { status: 503, reason: 'maintenance' },
    });
  });

  it.each([
    ['as it is', (response: ServerResponse) => response.end('x'.repeat(100_001))],
    [
      'once decompressed',
      (response: ServerResponse) =>
        response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50_000_000))),
    ],
  ])('asks for a smaller window when the body is too large %s', async (_, respond) => {
    const client = await clientOf((_request, response) => respond(response), { maxBodyBytes: 100_000 });
    expect(await client.fetch(collectRequest(), NEVER)).toMatchObject({ kind: 'too-large', maxDays: null });
  });

  it('is transient for a redirect, which is not followed', async () => {
    let requests = 0;
    const client = await clientOf((_, response) => {
      requests++;
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await failureOf(client)).toBeInstanceOf(TransientError);
    expect(requests).toBe(1);
  });
});

describe('what goes wrong on the way', () => {
  it.each<[string, RequestListener, Partial<ClientLimits>, string]>([
    [
      'a connection closed without an answer',
      (_, { socket }) => socket?.destroy(),
      {},
      'request to the source failed',
    ],
    [
      'a body that breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('<GL', () => response.destroy());
      },
      {},
      'request to the source failed',
    ],
    [
      'gzip that breaks off',
      (_, response) =>
        response.setHeader('content-encoding', 'gzip').end(gzipSync(loadDocument()).subarray(0, -10)),
      {},
      'request to the source failed',
    ],
    [
      'gzip that is none',
      (_, response) => response.setHeader('content-encoding', 'gzip').end(loadDocument()),
      {},
      'request to the source failed',
    ],
    [
      'an encoding that was not asked for',
      (_, response) => response.setHeader('content-encoding', 'br').end('x'),
      {},
      'answer is encoded in a way that was not asked for',
    ],
    ['no answer in time', () => {}, { headersTimeoutMs: 50 }, 'request to the source failed'],
    [
      'a body that stops',
      (_, response) => {
        response.write('<GL');
      },
      { bodyTimeoutMs: 50 },
      'request to the source failed',
    ],
    [
      'a body that drips longer than it may',
      (_, response) => {
        const drip = setInterval(() => response.write(' '), 5);
        response.on('close', () => clearInterval(drip));
      },
      { totalTimeoutMs: 100 },
      'source took too long to answer',
    ],
  ])('is transient: %s', async (_, answer, limits, message) => {
    const error = await failureOf(await clientOf(answer, limits));
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ message });
  });

  it('is transient: nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await close(server);
    expect(await failureOf(connect(`http://127.0.0.1:${port}/api`))).toMatchObject({
      constructor: TransientError,
      context: { code: 'ECONNREFUSED' },
    });
  });

  it('is transient: no such host', async () => {
    expect(await failureOf(connect('http://host.invalid/api'))).toBeInstanceOf(TransientError);
  });

  it('is the reason of the signal that stopped it, while waiting and while reading', async () => {
    const waiting = new AbortController();
    const silent = await clientOf(() => waiting.abort(new Error('shutting down')));
    expect(await failureOf(silent, waiting.signal)).toBe(waiting.signal.reason);

    const reading = new AbortController();
    const dripping = await clientOf((_, response) => {
      response.write('<GL', () => reading.abort(new Error('shutting down')));
    });
    expect(await failureOf(dripping, reading.signal)).toBe(reading.signal.reason);
  });
});
