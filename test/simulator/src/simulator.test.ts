import { request as httpRequest, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CZ, DE_LU, queryFor, readDocument, readXml, reasonOf } from './reading.fixture.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';

const LOAD = queryFor('actual-total-load', CZ, '2024-03-01T00:00Z', '2024-03-02T00:00Z');
const CZ_DAY_AHEAD = queryFor('day-ahead-total-load-forecast', CZ, '2024-03-01T00:00Z', '2024-03-02T00:00Z');

let simulator: Simulator;
let now: Temporal.Instant;

async function start(options: SimulatorOptions = {}): Promise<void> {
  await simulator?.close();
  simulator = await startSimulator({ clock: () => now, ...options });
}

beforeEach(async () => {
  now = Temporal.Instant.from('2026-05-07T12:00:00Z');
  simulator = await startSimulator({ clock: () => now });
});

afterEach(() => simulator.close());

/** Gets a query of the API and reads all of the answer. */
async function get(
  query: string,
  init?: RequestInit,
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await fetch(`${simulator.url}?${query}`, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The same without a client that decodes or checks anything. */
async function getRaw(headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest(`${simulator.url}?${LOAD}`, { headers, agent: false }, resolve).on('error', reject).end();
  });
}

function control(path: string, method = 'GET', body?: string): Promise<Response> {
  return fetch(new URL(path, simulator.url), { method, ...(body !== undefined && { body }) });
}

describe('an answer', () => {
  it('is the document asked for, with the headers of the platform', async () => {
    const { status, headers, text } = await get(LOAD);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/xml');
    expect(headers.get('content-disposition')).toBe(
      'inline; filename="Actual Total Load_202403010000-202403020000.xml"',
    );
    expect(readDocument(Buffer.from(text)).interval).toBe('2024-03-01T00:00Z/2024-03-02T00:00Z');
  });

  it('is compressed for a client that accepts gzip, and for no other', async () => {
    const compressed = await getRaw({ 'Accept-Encoding': 'gzip, deflate' });
    expect(compressed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(await buffer(compressed)).toString()).toContain('<GL_MarketDocument');
    const plain = await getRaw();
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect((await buffer(plain)).toString()).toContain('<GL_MarketDocument');
  });

  it('shows what is published by the clock', async () => {
    const today = queryFor('actual-total-load', DE_LU, '2026-05-07T00:00Z', '2026-05-08T00:00Z');
    const interval = async () => readDocument(Buffer.from((await get(today)).text)).interval;
    expect(await interval()).toBe('2026-05-07T00:00Z/2026-05-07T11:00Z');
    now = now.add({ minutes: 15 });
    expect(await interval()).toBe('2026-05-07T00:00Z/2026-05-07T11:15Z');
  });

  it('takes parameter names in any case', async () => {
    expect(
      (await get(LOAD.replace('documenttype', 'DocumentType').replace('securityToken', 'SecurityToken')))
        .status,
    ).toBe(200);
  });
});

describe('a token', () => {
  const withoutToken = LOAD.replace('&securityToken=token', '');

  it('is taken from the query or from the header', async () => {
    await start({ tokens: ['right'] });
    expect((await get(`${withoutToken}&securityToken=right`)).status).toBe(200);
    expect((await get(withoutToken, { headers: { SECURITY_TOKEN: 'right' } })).status).toBe(200);
  });

  it.each([
    ['missing', withoutToken],
    ['empty', `${withoutToken}&securityToken=`],
    ['unknown', `${withoutToken}&securityToken=wrong`],
  ])('that is %s is answered with 401 and an acknowledgement', async (_fault, query) => {
    await start({ tokens: ['right'] });
    const { status, text } = await get(query);
    expect(status).toBe(401);
    expect(reasonOf(text)).toBe('Authentication failed.');
  });

  it('stands in no log', async () => {
    await get(`${withoutToken}&SecurityToken=secret-1`);
    await get(withoutToken, { headers: { SECURITY_TOKEN: 'secret-2' } });
    expect(JSON.stringify(simulator.requests)).not.toMatch(/secret|token/i);
    expect(await (await control('/control/requests')).text()).not.toMatch(/secret|token/i);
  });
});

describe('a request is refused', () => {
  it('with 400 and an acknowledgement when a parameter is repeated', async () => {
    const { status, text } = await get(`${LOAD}&documentType=A65`);
    expect(status).toBe(400);
    expect(reasonOf(text)).toContain('documentType is given more than once');
  });

  it('with 400 and an acknowledgement when it is wrong', async () => {
    const { status, headers, text } = await get(`${LOAD}&bogusParam=1`);
    expect(status).toBe(400);
    expect(headers.get('content-disposition')).toBe('inline; filename="acknowledgement.xml"');
    expect(reasonOf(text)).toBe('Input parameter does not exist: bogusparam');
  });

  it('with 400 and JSON when its URL is not escaped', async () => {
    const { status, text } = await get(`${LOAD}&timeInterval=2024-01-01T00:00Z/2024-01-02T00:00Z`);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toHaveProperty('uuAppErrorMap.URI_FORMAT_ERROR');
  });

  it('with 400 when the window is longer than allowed, by a limit that can be set while it runs', async () => {
    const year = queryFor('actual-total-load', CZ, '2023-12-31T23:00Z', '2024-12-31T23:00Z');
    expect((await get(year)).status).toBe(200);
    simulator.faults.limitPeriod('actual-total-load', 'P1M');
    const { status, text } = await get(year);
    expect(status).toBe(400);
    expect(reasonOf(text)).toContain(
      "larger than maximum allowed period 'P1M' for 'ACTUAL_TOTAL_LOAD_R3:XML' export",
    );
  });

  it('with 405 for any method but GET', async () => {
    expect((await get(LOAD, { method: 'POST' })).status).toBe(405);
    expect((await get(LOAD, { method: 'DELETE' })).status).toBe(405);
  });

  it('with 404 for any other path', async () => {
    for (const path of ['/', '/ap', '/api/', '/api/x']) {
      const response = await fetch(new URL(path, simulator.url));
      expect([path, response.status, await response.text()]).toEqual([path, 404, '404 page not found\n']);
    }
  });
});

describe('a ban', () => {
  it('begins at a request too many, names its end, and ends then', async () => {
    await start({ requestsPerMinute: 2, banMs: 600_000 });
    expect((await get(LOAD)).status).toBe(200);
    expect((await get(LOAD)).status).toBe(200);

    const { status, headers, text } = await get(LOAD);
    expect([status, headers.get('content-type')]).toEqual([429, 'text/html']);
    expect(text).toContain("Requester banned until '2026-05-07T12:10:00Z'.");

    now = now.add({ minutes: 9, seconds: 59 });
    expect((await get(LOAD)).status).toBe(429);
    now = now.add({ seconds: 1 });
    expect((await get(LOAD)).status).toBe(200);
  });
});

describe('the fault', () => {
  it.each([
    ['maintenance', 503, 'text/html', '503 Service Temporarily Unavailable'],
    ['server-error', 500, 'text/html', '500 Internal Server Error'],
    ['not-found', 404, 'text/plain; charset=utf-8', '404 page not found'],
    ['unauthorized', 401, 'text/xml', 'Authentication failed.'],
    ['bad-request', 400, 'text/xml', '<Acknowledgement_MarketDocument'],
    ['html', 200, 'text/html', '<html>'],
  ] as const)('%s answers with %i, %s', async (fault, status, contentType, content) => {
    simulator.faults.inject({ fault, times: 1 });
    const answer = await get(LOAD);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, contentType]);
    expect(answer.text).toContain(content);
    expect((await get(LOAD)).status).toBe(200);
  });

  it('ban bans the token from then on', async () => {
    simulator.faults.inject({ fault: 'ban', times: 1 });
    expect((await get(LOAD)).text).toContain("Requester banned until '2026-05-07T12:10:00Z'.");
    expect((await get(LOAD)).status).toBe(429);
    now = now.add({ minutes: 10 });
    expect((await get(LOAD)).status).toBe(200);
  });

  it('reset breaks the connection before any answer', async () => {
    simulator.faults.inject({ fault: 'reset', times: 1 });
    await expect(getRaw()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(simulator.requests.at(-1)?.status).toBeNull();
  });

  it.each([[{}], [{ 'Accept-Encoding': 'gzip' }]])(
    'truncated breaks the connection in the middle of the announced length, with headers %j',
    async (headers) => {
      simulator.faults.inject({ fault: 'truncated' });
      const response = await getRaw(headers);
      expect(Number(response.headers['content-length'])).toBeGreaterThan(100);
      await expect(buffer(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
    },
  );

  it('cut sends half a document as if it were whole', async () => {
    simulator.faults.inject({ fault: 'cut' });
    const { status, text } = await get(LOAD);
    expect(status).toBe(200);
    expect(text).toMatch(/^<\?xml/);
    expect(() => readXml(text)).toThrow();
  });

  it('malformed sends a whole document with a bare ampersand', async () => {
    simulator.faults.inject({ fault: 'malformed' });
    const { text } = await get(LOAD);
    expect(() => readXml(text)).toThrow();
    expect(readXml(text.replace('R&D', 'R&amp;D')).name).toBe('GL_MarketDocument');
  });

  it('slow sends nothing for as long as it says', async () => {
    simulator.faults.inject({ fault: 'slow', delayMs: 60_000 });
    await expect(get(LOAD, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    simulator.faults.replace({ rules: [{ fault: 'slow', delayMs: 1 }] });
    expect((await get(LOAD)).text).toContain('</GL_MarketDocument>');
  });

  it('slow-body sends the headers at once and the body in pieces', async () => {
    simulator.faults.inject({ fault: 'slow-body', delayMs: 60_000 });
    const response = await getRaw();
    expect(response.statusCode).toBe(200);
    response.destroy();
    simulator.faults.replace({ rules: [{ fault: 'slow-body', delayMs: 10 }] });
    expect((await get(LOAD)).text).toContain('</GL_MarketDocument>');
  });

  it('of one item and area leaves the others alone', async () => {
    simulator.faults.inject({ fault: 'maintenance', item: 'actual-total-load', area: CZ });
    expect((await get(LOAD)).status).toBe(503);
    expect((await get(CZ_DAY_AHEAD)).status).toBe(200);
    expect((await get(LOAD.replace(CZ, DE_LU))).status).toBe(200);
  });
});

it('corrects silently: a later answer carries another value, and nothing else tells', async () => {
  const read = async () => (await get(LOAD)).text.replace(/<mRID>\w{32}</, '');
  const before = await read();
  simulator.faults.correct({ from: '2024-03-01T12:00:00Z', to: '2024-03-01T13:00:00Z', values: ['4711.5'] });
  const after = await read();
  const changedLines = after.split('\n').filter((line) => !before.includes(line));
  expect(changedLines).toEqual(['              <quantity>4711.5</quantity>']);
});

describe('the control paths', () => {
  it('set, show and take back what the faults object does', async () => {
    const faults = {
      rules: [{ fault: 'maintenance', times: 3 }],
      maxPeriods: { 'actual-total-load': 'P1M' },
    };
    const set = await control('/control/faults', 'PUT', JSON.stringify(faults));
    expect(set.status).toBe(200);
    expect((await get(LOAD)).status).toBe(503);
    expect(await (await control('/control/faults')).json()).toEqual({
      rules: [{ fault: 'maintenance', times: 2, delayMs: 1_000 }],
      corrections: [],
      maxPeriods: { 'actual-total-load': 'P1M' },
    });
    await control('/control/faults', 'DELETE');
    expect((await get(LOAD)).status).toBe(200);
    expect(simulator.faults.current()).toEqual({ rules: [], corrections: [], maxPeriods: {} });
  });

  it.each([
    ['an unknown fault', '{"rules":[{"fault":"flood"}]}', 'flood'],
    ['an unknown key', '{"rule":[]}', 'rule'],
    ['what is no JSON', '{', 'expected object'],
  ])('refuse %s, and change nothing', async (_fault, body, mention) => {
    simulator.faults.inject({ fault: 'maintenance' });
    const response = await control('/control/faults', 'PUT', body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(mention === 'flood' ? 'Invalid option' : mention);
    expect(simulator.faults.current().rules).toHaveLength(1);
  });

  it('show the requests so far, themselves left out', async () => {
    await get(LOAD);
    await get(`${CZ_DAY_AHEAD}&curveType=A02`);
    const requests = await (await control('/control/requests')).json();
    expect(requests).toMatchObject([
      { at: '2026-05-07T12:00:00Z', parameters: { documenttype: 'A65', processtype: 'A16' }, status: 200 },
      { parameters: { processtype: 'A01', curvetype: 'A02' }, status: 400 },
    ]);
  });

  it('know no others', async () => {
    expect((await control('/control/faults', 'POST', '{}')).status).toBe(404);
    expect((await control('/control/x')).status).toBe(404);
  });
});

it('closes at once, slow answers under way included', async () => {
  simulator.faults.inject({ fault: 'slow', delayMs: 600_000 });
  const pending = get(LOAD);
  pending.catch(() => undefined);
  await expect.poll(() => simulator.requests.length).toBe(1);
  await simulator.close();
  await expect(pending).rejects.toThrow();
  await start();
});
