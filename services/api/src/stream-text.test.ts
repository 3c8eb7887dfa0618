import { createLogger } from '@energy-data-service/runtime';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { ApiEnv } from './api-env.ts';
import { streamText } from './stream-text.ts';

const BIG = 'x'.repeat(100_000);

/** An app that answers with these pieces, and what it logged. */
function appOf(pieces: () => AsyncGenerator<string | Uint8Array<ArrayBuffer>>) {
  const log: string[] = [];
  const app = new Hono<ApiEnv>();
  app.use(async (c, next) => {
    c.set('log', createLogger('test', 'info', { write: (line) => void log.push(line) }));
    c.set('beginSending', async () => {});
    await next();
  });
  app.onError((_, c) => c.text('failed', 500));
  app.get('/', (c) => streamText(c, 'text/plain', pieces()));
  return { app, log };
}

describe('streamed text', () => {
  it('arrives whole', async () => {
    const { app } = appOf(async function* () {
      yield 'a';
      yield Buffer.from(BIG);
      yield 'é';
    });
    const response = await app.request('/');
    expect(await response.text()).toBe(`a${BIG}é`);
  });

  it('is an ordinary error when it fails before its first chunk is full', async () => {
    const { app } = appOf(async function* () {
      yield 'a';
      yield await Promise.reject(new Error('away'));
    });
    expect((await app.request('/')).status).toBe(500);
  });

  it('breaks off, and does not end, when it fails later', async () => {
    const { app, log } = appOf(async function* () {
      yield BIG;
      yield BIG;
      throw new Error('away');
    });
    const response = await app.request('/');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('away');
    expect(log).toEqual([expect.stringContaining('answer cut off')]);
  });

  it('is not produced before it is read, and no more when the reader goes away', async () => {
    let produced = 0;
    let ended = false;
    const { app } = appOf(async function* () {
      try {
        for (;;) {
          produced++;
          yield BIG;
        }
      } finally {
        ended = true;
      }
    });
    const reader = (await app.request('/')).body?.getReader();
    expect(produced).toBe(1);
    await reader?.read();
    expect(produced).toBe(1);
    await reader?.read();
    expect(produced).toBe(2);
    await reader?.cancel();
    expect([produced, ended]).toEqual([2, true]);
  });

  it('ends without a word when the reader goes away while a piece is being made', async () => {
    const piece = Promise.withResolvers<string>();
    const { app, log } = appOf(async function* () {
      yield BIG;
      yield BIG;
      yield await piece.promise;
    });
    const reader = (await app.request('/')).body?.getReader();
    await reader?.read();
    const read = reader?.read();
    const cancelled = reader?.cancel();
    piece.resolve(BIG);
    await cancelled;
    expect([await read, log]).toEqual([{ done: true, value: undefined }, []]);
  });

  it('is not begun for HEAD', async () => {
    let begun = false;
    const { app } = appOf(async function* () {
      begun = true;
      yield BIG;
    });
    const response = await app.request('/', { method: 'HEAD' });
    expect([response.headers.get('content-type'), await response.text(), begun]).toEqual([
      'text/plain',
      '',
      false,
    ]);
  });
});
