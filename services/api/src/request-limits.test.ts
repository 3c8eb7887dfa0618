import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { PayloadRecord } from '@energy-data-service/db';
import { createLogger } from '@energy-data-service/runtime';
import { createAdaptorServer } from '@hono/node-server';
import { describe, expect, it, vi } from 'vitest';
import { createMemoryShare } from './memory-share.ts';
import { onError } from './on-error.ts';
import { rawPayloadRoutes } from './raw-payloads.ts';
import { limitRequests, REQUEST_LIMITS, type RequestLimits } from './request-limits.ts';
import { createRouter } from './router.ts';
import { streamText } from './stream-text.ts';

/** A machine that is busy takes its time. */
const WAIT = { timeout: 20_000 };
vi.setConfig({ testTimeout: 60_000 });

const BODY = Buffer.from('<an answer/>');

const RECORD: PayloadRecord = {
  id: 1,
  request: {
    source: 'entsoe',
    dataset: 'actual-total-load',
    area: '10YCZ-CEPS-----N',
    counterArea: null,
    window: {
      from: Temporal.Instant.from('2024-01-01T00:00:00Z'),
      to: Temporal.Instant.from('2024-01-02T00:00:00Z'),
    },
  },
  status: 200,
  mediaType: 'text/xml',
  receivedAt: Temporal.Instant.from('2024-01-03T00:00:00Z'),
  contentHash: new Uint8Array(),
  bodySize: BODY.length,
  sameAs: null,
  processedAt: null,
  outcome: null,
  pointsNew: null,
  pointsRevised: null,
  pointsUnchanged: null,
  problems: [],
  error: null,
};

/** A server of two routes, `/v1/text` and the one of bodies, whose database answers once it is there. */
async function serve(limits: Partial<RequestLimits>) {
  const database = Promise.withResolvers<void>();
  const texts = { begun: 0, ended: 0 };
  const app = createRouter();
  app.use(async (c, next) => {
    c.set('log', createLogger('test', 'error'));
    await next();
  });
  app.use('/v1/*', limitRequests({ ...REQUEST_LIMITS, ...limits }));
  app.onError(onError);
  app.get('/v1/text', (c) =>
    streamText(
      c,
      'text/plain',
      (async function* () {
        texts.begun++;
        await database.promise;
        try {
          for (let i = 0; i < Number(c.req.query('pieces')); i++) yield 'x'.repeat(100_000);
        } finally {
          texts.ended++;
        }
      })(),
    ),
  );
  const payloads = {
    async body() {
      await database.promise;
      return BODY;
    },
  };
  // Room for one body.
  const share = createMemoryShare(BODY.length);
  app.route('/', rawPayloadRoutes({ records: { find: async () => RECORD }, payloads }, share));
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    database,
    texts,
    fetch: (path: string, signal: AbortSignal | null = null) =>
      fetch(`http://127.0.0.1:${port}${path}`, { signal }),
    /** Asks, and reads nothing. */
    stall(path: string) {
      const socket = connect(port, '127.0.0.1').pause();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      return socket;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('an answer to a request that was given up', () => {
  it('holds nothing of what all bodies may, and lets others be sent', async () => {
    await using api = await serve({ answerTimeoutMs: 20, maxSending: 1 });
    expect((await api.fetch('/v1/raw-payloads/1/body')).status).toBe(503);
    api.database.resolve();
    await expect.poll(async () => (await api.fetch('/v1/raw-payloads/1/body')).status, WAIT).toBe(200);
    expect(await (await api.fetch('/v1/raw-payloads/1/body')).text()).toBe(BODY.toString());
  });

  it('is not made any further', async () => {
    await using api = await serve({ answerTimeoutMs: 20 });
    expect((await api.fetch('/v1/text?pieces=100')).status).toBe(503);
    api.database.resolve();
    await expect.poll(() => api.texts.ended, WAIT).toBe(1);
  });
});

describe('answers that are being sent', () => {
  it('are so many at most, and who waits has his turn when a reader goes away', async () => {
    await using api = await serve({ maxSending: 2 });
    api.database.resolve();
    const stalled = [api.stall('/v1/text?pieces=10000'), api.stall('/v1/text?pieces=10000')];
    await expect.poll(() => api.texts.begun, WAIT).toBe(2);
    const answered: string[] = [];
    const ask = (path: string) =>
      api.fetch(path).then((response) => {
        answered.push(path);
        return response.text();
      });
    const waiting = [ask('/v1/text?pieces=3'), ask('/v1/raw-payloads/1/body')];
    // Another route answers meanwhile.
    await ask('/v1/raw-payloads/1');
    expect([answered, api.texts.begun]).toEqual([['/v1/raw-payloads/1'], 2]);
    stalled[0]?.destroy();
    expect((await Promise.all(waiting)).map(({ length }) => length)).toEqual([300_000, BODY.length]);
    stalled[1]?.destroy();
    await expect.poll(() => api.texts.ended, WAIT).toBe(3);
  });

  it('are waited for by so many at most, who keep no other request out, and by nobody who has gone', async () => {
    await using api = await serve({ maxSending: 1, maxWaiting: 2 });
    api.database.resolve();
    const stalled = api.stall('/v1/text?pieces=10000');
    await expect.poll(() => api.texts.begun, WAIT).toBe(1);
    /** What becomes of one more, while other requests are answered. */
    const oneMore = async () => {
      const gone = new AbortController();
      let state = 'waits';
      const answer = api.fetch('/v1/text?pieces=1', gone.signal).then(
        ({ status }) => {
          state = String(status);
        },
        () => undefined,
      );
      for (let i = 0; i < 5; i++) expect((await api.fetch('/v1/raw-payloads/1')).status).toBe(200);
      gone.abort();
      await answer;
      return state;
    };
    for (let round = 0; round < 3; round++) {
      const waiting: Socket[] = [];
      const addAndAsk = async () => {
        const socket = api.stall('/v1/text?pieces=1');
        waiting.push(socket);
        // Or what is asked on a connection that is there already would be before it.
        await once(socket, 'connect');
        await oneMore();
        return oneMore();
      };
      await expect.poll(addAndAsk, WAIT).toBe('503');
      for (const socket of waiting) socket.destroy();
      await expect.poll(oneMore, WAIT).toBe('waits');
    }
    stalled.destroy();
    await expect.poll(async () => (await api.fetch('/v1/text?pieces=1')).status, WAIT).toBe(200);
    expect(api.texts.begun).toBe(2);
  });

  it('are not waited for any more by a request that was given up', async () => {
    await using api = await serve({ maxSending: 1, answerTimeoutMs: 50 });
    api.database.resolve();
    const stalled = api.stall('/v1/text?pieces=10000');
    await expect.poll(() => api.texts.begun, WAIT).toBe(1);
    for (let i = 0; i < 3; i++) {
      const refused = await api.fetch('/v1/text?pieces=1');
      expect([refused.status, await refused.json()]).toEqual([
        503,
        expect.objectContaining({ detail: 'too many answers are being sent to others at this moment' }),
      ]);
    }
    stalled.destroy();
    await expect.poll(async () => (await api.fetch('/v1/text?pieces=1')).status, WAIT).toBe(200);
    expect(api.texts.begun).toBe(2);
  });
});
