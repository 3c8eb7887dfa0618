import { createRawPayloadRepository, type Sql } from '@energy-data-service/db';
import { describe, expect, it } from 'vitest';
import { CZ } from './testing/stored.ts';
import { startTestApi } from './testing/test-api.ts';

const HTML = Buffer.from('<html><script>alert(1)</script></html>');

/** Stores an answer for one day of load; the same content twice is kept once. */
function store(sql: Sql, body: Uint8Array, contentHash = Uint8Array.of(0xca, 0xfe)): Promise<number> {
  const window = {
    from: Temporal.Instant.from('2023-03-03T00:00:00Z'),
    to: Temporal.Instant.from('2023-03-04T00:00:00Z'),
  };
  return createRawPayloadRepository(sql).store(
    { source: 'entsoe', dataset: 'actual-total-load', area: CZ, counterArea: null, window },
    { kind: 'answer', status: 200, mediaType: 'text/html', body, contentHash },
  );
}

describe('a raw payload', () => {
  it('says what was asked, when it came, and what became of it', async () => {
    await using api = await startTestApi();
    const id = await store(api.sql, HTML);
    expect(await api.json(`/v1/raw-payloads/${id}`)).toEqual({
      id,
      request: {
        source: 'entsoe',
        dataset: 'actual-total-load',
        area_code: 'CZ',
        area_eic: CZ,
        counter_area_code: null,
        counter_area_eic: null,
        start_time: '2023-03-03T00:00:00Z',
        end_time: '2023-03-04T00:00:00Z',
      },
      status: 200,
      media_type: 'text/html',
      received_at: expect.stringMatching(/Z$/),
      content_hash: 'cafe',
      size: HTML.byteLength,
      same_as: null,
      processed_at: null,
      outcome: null,
      points_new: null,
      points_revised: null,
      points_unchanged: null,
      problems: [],
      error: null,
    });
  });

  it('gives the bytes as they came, as something that no browser runs', async () => {
    await using api = await startTestApi();
    const response = await api.fetch(`/v1/raw-payloads/${await store(api.sql, HTML)}/body`);
    expect(Buffer.from(await response.arrayBuffer()).equals(HTML)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html',
      'content-disposition': expect.stringContaining('attachment'),
      'content-security-policy': expect.stringContaining('sandbox'),
      'x-content-type-options': 'nosniff',
    });
  });

  it('that says the same as an earlier one gives the bytes of that one', async () => {
    await using api = await startTestApi();
    const first = await store(api.sql, HTML);
    const second = await store(api.sql, Buffer.from('the same in other words'));
    expect(await api.json(`/v1/raw-payloads/${second}`)).toMatchObject({ same_as: first });
    expect(await api.text(`/v1/raw-payloads/${second}/body`)).toBe(HTML.toString());
  });

  it('that does not exist is 404, and an id that is none is 400', async () => {
    await using api = await startTestApi();
    expect((await api.fetch('/v1/raw-payloads/1')).status).toBe(404);
    expect((await api.fetch('/v1/raw-payloads/1/body')).status).toBe(404);
    expect((await api.fetch('/v1/raw-payloads/1.5')).status).toBe(400);
    expect((await api.fetch('/v1/raw-payloads/99999999999999999999/body')).status).toBe(400);
  });
});
