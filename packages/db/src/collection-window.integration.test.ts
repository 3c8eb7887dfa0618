import type { CollectRequest } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it } from 'vitest';
import { createCollectionWindowRepository } from './collection-window.ts';
import { connect } from './connect.ts';
import { createRawPayloadRepository } from './raw-payload.ts';

const REQUEST: CollectRequest = {
  source: 'entsoe',
  dataset: 'actual-total-load',
  area: '10YCZ-CEPS-----N',
  counterArea: null,
  window: {
    from: Temporal.Instant.from('2024-01-01T00:00Z'),
    to: Temporal.Instant.from('2024-01-02T00:00Z'),
  },
};

it('ends windows that were open when the attempt began, and none that were opened since', async () => {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 1 });
  try {
    const windows = createCollectionWindowRepository(sql);
    for (const hoursAgo of [2, 0]) {
      await windows.createCollection('test', REQUEST, [REQUEST.window], 'live');
      await sql`update collection_window set requested_at = requested_at - ${hoursAgo} * interval '1 hour'`;
    }
    const begunAt = Temporal.Now.instant().subtract({ hours: 1 });
    await windows.fail(REQUEST, 'refused', begunAt);
    const rows = await sql<{ status: string; error: string | null }[]>`
      select status, error from collection_window order by id`;
    expect([...rows]).toEqual([
      { status: 'failed', error: 'refused' },
      { status: 'pending', error: null },
    ]);
  } finally {
    await sql.end();
  }
});

it('opens again what failed without an answer, for the attempt that has begun, and nothing that was answered', async () => {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 1 });
  try {
    const windows = createCollectionWindowRepository(sql);
    const payloads = createRawPayloadRepository(sql);
    const answer = {
      kind: 'answer' as const,
      status: 200,
      mediaType: null,
      body: Buffer.from('answer'),
      contentHash: Buffer.from('hash'),
    };
    await windows.createCollection('test', REQUEST, [REQUEST.window], 'live');
    await payloads.fail(await payloads.store(REQUEST, answer), 'cannot be read');
    expect(await windows.reopen(REQUEST)).toBeUndefined();

    await windows.createCollection('test', REQUEST, [REQUEST.window], 'heal');
    const [row] = await sql<{ now: Temporal.Instant }[]>`select clock_timestamp() as now`;
    const askedAt = row?.now ?? Temporal.Now.instant();
    await windows.fail(REQUEST, 'refused', askedAt);
    expect(await windows.reopen(REQUEST)).toBe('heal');
    await payloads.store(REQUEST, answer, { askedAt });
    const rows = await sql<{ status: string }[]>`select status from collection_window order by id`;
    expect(rows.map(({ status }) => status)).toEqual(['failed', 'fetched']);
  } finally {
    await sql.end();
  }
});

it('forgets what the queue lost, and leaves windows that were never in the queue as they are', async () => {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 1 });
  try {
    const windows = createCollectionWindowRepository(sql);
    const waiting = { from: REQUEST.window.to, to: REQUEST.window.to.add({ hours: 24 }) };
    await windows.createCollection('test', REQUEST, [REQUEST.window, waiting], 'live');
    await windows.markEnqueued([REQUEST]);
    const versions = async () =>
      (
        await sql<
          { version: string }[]
        >`select xmin::text as version from collection_window order by window_start`
      ).map(({ version }) => version);
    const before = await versions();
    await windows.forgetEnqueued(REQUEST.source);
    const after = await versions();
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect(await windows.countEnqueued(REQUEST.source, ['live'])).toBe(0);
  } finally {
    await sql.end();
  }
});
