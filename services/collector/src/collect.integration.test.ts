import {
  connect,
  createCollectionWindowRepository,
  createRawPayloadRepository,
  createSourceCircuitRepository,
  createSourceStateRepository,
  type Sql,
} from '@energy-data-service/db';
import type { Answer, CollectRequest } from '@energy-data-service/domain';
import type { CollectJob } from '@energy-data-service/queue';
import { createLogger } from '@energy-data-service/runtime';
import { createTestDatabase } from '@energy-data-service/test-support';
import { expect, inject, it, vi } from 'vitest';
import { collect } from './collect.ts';

const REQUEST: CollectRequest = {
  source: 'entsoe',
  dataset: 'actual-total-load',
  area: '10YCZ-CEPS-----N',
  counterArea: null,
  window: {
    from: Temporal.Instant.from('2024-01-01T00:00Z'),
    to: Temporal.Instant.from('2024-01-29T00:00Z'),
  },
};

const JOB: CollectJob = {
  source: REQUEST.source,
  dataset: REQUEST.dataset,
  area: REQUEST.area,
  counterArea: REQUEST.counterArea,
  from: REQUEST.window.from.toString(),
  to: REQUEST.window.to.toString(),
};

const ANSWER: Answer = {
  kind: 'answer',
  status: 200,
  mediaType: null,
  body: Buffer.from('answer'),
  contentHash: Buffer.from('hash'),
};

interface Collector {
  readonly sql: Sql;
  readonly windows: ReturnType<typeof createCollectionWindowRepository>;
  readonly sourceState: ReturnType<typeof createSourceStateRepository>;
  /** Of the source: what it was asked. */
  readonly fetch: ReturnType<typeof vi.fn>;
  /** Runs an attempt of the request's job. */
  attempt(isRetriedByHand: boolean): Promise<void>;
}

async function withCollector(test: (collector: Collector) => Promise<void>): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 2 });
  const windows = createCollectionWindowRepository(sql);
  const sourceState = createSourceStateRepository(sql);
  const fetch = vi.fn(async () => ANSWER);
  const handler = collect({
    client: { fetch, close: async () => undefined },
    windows,
    rawPayloads: createRawPayloadRepository(sql),
    sourceState,
    sourceCircuit: createSourceCircuitRepository(sql),
    rawPayloadQueue: { add: async () => undefined },
  });
  const log = createLogger('test', 'error');
  try {
    await test({
      sql,
      windows,
      sourceState,
      fetch,
      async attempt(isRetriedByHand) {
        const context = { log, signal: new AbortController().signal, isRetriedByHand };
        await handler.handle(JOB, context, await handler.begin(JOB));
      },
    });
  } finally {
    await sql.end();
  }
}

async function statuses(sql: Sql): Promise<string[]> {
  const rows = await sql<{ status: string }[]>`
    select status from collection_window order by requested_at, window_start`;
  return rows.map(({ status }) => status);
}

/** Leaves a window of one collection that failed for good, and one of a later collection that was cancelled. */
async function failAndCancel({ sql, windows }: Collector): Promise<void> {
  await windows.createCollection('test', REQUEST, [REQUEST.window], 'backfill');
  await windows.fail(REQUEST, 'refused', Temporal.Now.instant().add({ hours: 1 }));
  const other = await windows.createCollection('test', REQUEST, [REQUEST.window], 'backfill');
  await sql`update collection set state = 'cancelled' where id = ${other}`;
}

it('leaves what failed for others as it is when a later request is repeated and nobody waits for it any more', () =>
  withCollector(async (collector) => {
    await failAndCancel(collector);
    await collector.attempt(false);
    expect(collector.fetch).not.toHaveBeenCalled();
    expect(await statuses(collector.sql)).toEqual(['failed', 'pending']);
  }));

it('asks once more for what failed for good when a person retries its job', () =>
  withCollector(async (collector) => {
    await failAndCancel(collector);
    await collector.attempt(true);
    expect(collector.fetch).toHaveBeenCalledTimes(1);
    expect(await statuses(collector.sql)).toEqual(['fetched', 'fetched']);
  }));

it('splits a window without asking when so long a one was refused since it was opened', () =>
  withCollector(async ({ sql, windows, sourceState, fetch, attempt }) => {
    await windows.createCollection('test', REQUEST, [REQUEST.window], 'backfill');
    await sourceState.limitWindow(REQUEST.source, REQUEST.dataset, 14);
    await attempt(false);
    expect(fetch).not.toHaveBeenCalled();
    const rows = await sql<{ status: string; error: string | null }[]>`
      select status, error from collection_window order by id`;
    expect([...rows]).toEqual([
      { status: 'split', error: 'not asked: windows of more than 14 days were refused before' },
      { status: 'pending', error: null },
      { status: 'pending', error: null },
    ]);
  }));

it('asks for a window that is as long as the longest that was accepted', () =>
  withCollector(async ({ windows, sourceState, fetch, attempt }) => {
    await windows.createCollection('test', REQUEST, [REQUEST.window], 'backfill');
    await sourceState.limitWindow(REQUEST.source, REQUEST.dataset, 28);
    await attempt(false);
    expect(fetch).toHaveBeenCalledTimes(1);
  }));
