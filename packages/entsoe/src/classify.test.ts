import { describe, expect, it } from 'vitest';
import { classifyAnswer, type Verdict } from './classify.ts';
import { acknowledgement } from './fixtures/acknowledgement.ts';
import { loadDocument } from './fixtures/load-document.ts';
import { zipFile } from './fixtures/zip-file.ts';

const NOW = Temporal.Instant.from('2026-09-01T10:00:00Z');

function classify(status: number, body: string | Uint8Array, retryAfter: string | null = null): Verdict {
  return classifyAnswer({ status, retryAfter, body: Buffer.from(body) }, NOW);
}

const html = (text: string) =>
  `<!DOCTYPE html>\n<html><head><title>Error</title><style>p { color: red }</style></head><body><p>${text}</p></body></html>`;

describe('data', () => {
  it.each([
    ['a document', loadDocument()],
    [
      'a document with declaration, byte order mark and comment',
      `\uFEFF<?xml version="1.0"?>\n<!-- c -->\n${loadDocument()}\n`,
    ],
    [
      'a document with a prefix',
      '<gl:GL_MarketDocument xmlns:gl="urn:x"><gl:type>A65</gl:type></gl:GL_MarketDocument>',
    ],
    [
      'a document with a document type, for the parser to refuse',
      `<!DOCTYPE x [<!ENTITY a "b">]>${loadDocument()}`,
    ],
    ['a document of another family', '<Publication_MarketDocument></Publication_MarketDocument>'],
    ['an empty document', '<GL_MarketDocument/>'],
    ['a ZIP, where XML was expected', zipFile([{ name: 'a.xml', content: 'x' }])],
  ])('is %s', (_, body) => {
    expect(classify(200, body)).toEqual({ kind: 'data' });
  });

  it('may have the words of a refusal in it', () => {
    const document = loadDocument({ head: '<mRID>Authentication failed. Requester banned until</mRID>' });
    expect(classify(200, document)).toEqual({ kind: 'data' });
  });
});

describe('no data', () => {
  it.each([200, 400, 404])('is what an acknowledgement with status %i says, whatever its code', (status) => {
    const text =
      'No matching data found for Data item TOTAL_LOAD_FORECAST [6.1.C&amp;D&amp;E] (10YBE----------2) and interval null/null.';
    expect(classify(status, acknowledgement(text))).toEqual({ kind: 'no-data' });
  });
});

describe('too large', () => {
  const tooLong = (period: string) =>
    `Provided time interval (2019-12-31T23:00:00Z - 2020-03-30T22:00:00Z) is larger than maximum allowed period '${period}' for 'ACTUAL_TOTAL_LOAD_R3:XML' export.`;

  it.each([
    ['P1M', 28],
    ['P1Y', 365],
    ['P1D', 1],
    ['P100D', 100],
    ['P2W', 14],
    ['PT12H', null],
  ])('names %s as the longest window', (period, maxDays) => {
    expect(classify(400, acknowledgement(tooLong(period)))).toEqual({
      kind: 'too-large',
      maxDays,
      reason: tooLong(period),
    });
  });

  it('reads entities around the period', () => {
    expect(classify(400, acknowledgement(tooLong('P1M').replaceAll("'", '&apos;')))).toMatchObject({
      maxDays: 28,
    });
  });

  it.each([
    'The number of instances (342) exceeds the allowed maximum (200) for data item UNAVAILABILITY.',
    'The amount of requested data exceeds allowed limit. Allowed: 100 requested: 149.',
    'The requested data to be gathered via the offset parameter exceeds the allowed limit.',
  ])('names no window in: %s', (reason) => {
    expect(classify(400, acknowledgement(reason))).toEqual({ kind: 'too-large', maxDays: null, reason });
  });
});

describe('bad request', () => {
  it.each([
    'The combination of [DOCUMENT_TYPE=A65, PROCESS_TYPE=A99] is not valid.',
    'Input parameter does not exist.',
    'Providing curveType parameter is not supported for this dataItem.',
  ])('carries the reason: %s', (reason) => {
    expect(classify(400, acknowledgement(reason))).toEqual({ kind: 'bad-request', reason });
  });

  it.each([
    [
      'JSON of the layer before the application',
      400,
      '{"uuAppErrorMap":{"URI_FORMAT_ERROR":{}}}',
      '{"uuAppErrorMap":{"URI_FORMAT_ERROR":{}}}',
    ],
    ['an empty body', 400, '', 'empty answer'],
    ['a method that is not allowed', 405, html('Method Not Allowed'), 'Error Method Not Allowed'],
    ['a media type that is not supported', 415, '', 'empty answer'],
  ])('is %s', (_, status, body, reason) => {
    expect(classify(status, body)).toEqual({ kind: 'bad-request', reason });
  });
});

describe('unauthorized', () => {
  it.each([
    [401, acknowledgement('Authentication failed.')],
    [
      401,
      '<html><head><title>Error</title></head><body>Unauthorized. Missing or invalid security token</body></html>',
    ],
    [401, ''],
    [403, html('Forbidden')],
    [200, acknowledgement('Authentication failed.')],
    [200, html('Missing or invalid security token')],
  ])('is status %i with %s', (status, body) => {
    expect(classify(status, body)).toEqual({ kind: 'unauthorized' });
  });
});

describe('a ban', () => {
  const until = (body: string, status = 429, retryAfter: string | null = null) => {
    const verdict = classify(status, body, retryAfter);
    return verdict.kind === 'banned' ? `${verdict.until}` : verdict.kind;
  };

  it.each([
    [
      'the instant that it names',
      html("Requester banned until '2026-09-01T10:09:30Z'."),
      '2026-09-01T10:09:30Z',
    ],
    [
      'fractions of a second',
      html("Requester banned until '2026-09-01T10:09:30.125Z'."),
      '2026-09-01T10:09:30.125Z',
    ],
    ['another zone', html("Requester banned until '2026-09-01T12:09:30+02:00'."), '2026-09-01T10:09:30Z'],
    ['no zone, which is UTC', html("Requester banned until '2026-09-01T10:09:30'."), '2026-09-01T10:09:30Z'],
    [
      'quotes written as entities',
      html('Requester banned until &#39;2026-09-01T10:09:30Z&#39;.'),
      '2026-09-01T10:09:30Z',
    ],
    ['ten minutes if it names none', html('Too Many Requests'), '2026-09-01T10:10:00Z'],
    ['ten minutes for nothing', '', '2026-09-01T10:10:00Z'],
    [
      'ten minutes for a day that does not exist',
      html("Requester banned until '2026-02-31T10:00:00Z'."),
      '2026-09-01T10:10:00Z',
    ],
    [
      'a minute if it is over',
      html("Requester banned until '2026-09-01T09:00:00Z'."),
      '2026-09-01T10:01:00Z',
    ],
    [
      'an hour if it is absurdly far',
      html("Requester banned until '9999-01-01T00:00:00Z'."),
      '2026-09-01T11:00:00Z',
    ],
  ])('lasts until %s', (_, body, end) => {
    expect(until(body)).toBe(end);
  });

  it('lasts as long as Retry-After says if the text does not', () => {
    expect(until('', 429, '120')).toBe('2026-09-01T10:02:00Z');
    expect(until('', 429, 'soon')).toBe('2026-09-01T10:10:00Z');
  });

  it.each([200, 400, 503])('is told by its text with status %i as well', (status) => {
    expect(until(acknowledgement('Max allowed requests per minute: 400.'), status)).toBe(
      '2026-09-01T10:10:00Z',
    );
  });
});

describe('unavailable', () => {
  it.each([
    ['a minute, by itself', null, '2026-09-01T10:01:00Z'],
    ['as long as Retry-After says', '1800', '2026-09-01T10:30:00Z'],
    ['an hour at most', '999999', '2026-09-01T11:00:00Z'],
  ])('is a 503, for %s', (_, retryAfter, until) => {
    const verdict = classify(503, html('Service Temporarily Unavailable'), retryAfter);
    expect(verdict).toMatchObject({ kind: 'unavailable', reason: 'Error Service Temporarily Unavailable' });
    expect(verdict.kind === 'unavailable' && verdict.until.toString()).toBe(until);
  });
});

describe('an acknowledgement of several reasons', () => {
  const reasons = (...texts: string[]) => acknowledgement(texts.join('</text></Reason><Reason><text>'));

  it('is "no data" if every one of them says so', () => {
    expect(classify(200, reasons('No matching data found for a', 'No matching data found for b'))).toEqual({
      kind: 'no-data',
    });
  });

  it('is not "no data" if one of them says something else', () => {
    const body = reasons('No matching data found for a', 'Unexpected error');
    expect(classify(200, body).kind).toBe('fault');
    expect(classify(400, body).kind).toBe('bad-request');
  });

  it('gives a reason of a bounded length, from which nothing to be taken out remains', () => {
    const body = reasons('x'.repeat(995), 'secret', ...Array<string>(500).fill('y'.repeat(9_999)));
    const answer = { status: 400, retryAfter: null, body: Buffer.from(body) };
    expect(classifyAnswer(answer, NOW, (text) => text.replaceAll('secret', '***'))).toEqual({
      kind: 'bad-request',
      reason: `${'x'.repeat(995)} *** `,
    });
  });
});

describe('a fault', () => {
  it.each([
    ['a moved endpoint that answers in HTML', 200, html('Welcome')],
    ['plain text', 200, 'OK'],
    ['JSON', 200, '{}'],
    ['nothing', 200, ''],
    ['other XML', 200, '<?xml version="1.0"?><feed></feed>'],
    ['a document that breaks off', 200, loadDocument().slice(0, -5)],
    ['an acknowledgement that breaks off', 200, acknowledgement('No matching data found').slice(0, -5)],
    ['an acknowledgement that is not well-formed', 200, acknowledgement('No matching data found for R&D')],
    ['a redirect', 302, html('Moved')],
    ['no content', 204, ''],
    ['404 from the right address', 404, '404 page not found'],
    ['a time-out', 408, ''],
    ['an error of the server', 500, html('Internal Server Error')],
    ['a bad gateway', 502, html('Bad Gateway')],
    ['a gateway time-out', 504, html('Gateway Time-out')],
    ['an error of the server, in an acknowledgement', 500, acknowledgement('Unexpected error')],
    ['data with an error of the server', 500, loadDocument()],
  ])('is %s', (_, status, body) => {
    expect(classify(status, body).kind).toBe('fault');
  });

  it('keeps a line of what a page says', () => {
    expect(classify(502, html('Service&nbsp;Temporarily\n Unavailable'))).toEqual({
      kind: 'fault',
      reason: 'Error Service&nbsp;Temporarily Unavailable',
    });
    expect(classify(502, html('x'.repeat(10_000)))).toMatchObject({
      reason: expect.stringMatching(/^.{300}$/),
    });
  });
});
