import { type Answer, type CollectRequest, PRIORITIES, type TimeWindow } from '@energy-data-service/domain';
import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it, vi } from 'vitest';
import { createCollectionRepository } from './collection.ts';
import { createCollectionWindowRepository } from './collection-window.ts';
import { connect, type Sql } from './connect.ts';
import { createRawPayloadRepository } from './raw-payload.ts';
import { createBackfillReader, hasEnded } from './read/backfill.ts';
import { createCollectionReader } from './read/collection.ts';
import { listenForOpenedWindows } from './window-opened.ts';

const ITEM: Omit<CollectRequest, 'window'> = {
  source: 'entsoe',
  dataset: 'actual-total-load',
  area: '10YCZ-CEPS-----N',
  counterArea: null,
};

const ANSWER: Answer = {
  kind: 'answer',
  status: 200,
  mediaType: null,
  body: Buffer.from('answer'),
  contentHash: Buffer.from('hash'),
};

/** 2024-01-`day` in UTC. */
function day(day: number): TimeWindow {
  const from = Temporal.Instant.from('2024-01-01T00:00Z').add({ hours: (day - 1) * 24 });
  return { from, to: from.add({ hours: 24 }) };
}

const FIRST = { ...ITEM, window: day(1) };
const SECOND = { ...ITEM, window: day(2) };

function repositories(sql: Sql) {
  return {
    sql,
    collections: createCollectionRepository(sql),
    windows: createCollectionWindowRepository(sql),
    payloads: createRawPayloadRepository(sql),
    backfills: createBackfillReader(sql),
  };
}

async function withDatabase(
  test: (repositories_: ReturnType<typeof repositories>) => Promise<void>,
): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 4 });
  try {
    await test(repositories(sql));
  } finally {
    await sql.end();
  }
}

/** Begins a backfill of the first two days of 2024. */
function begin(
  { collections }: Pick<ReturnType<typeof repositories>, 'collections'>,
  again = false,
): Promise<string> {
  const wanted = { from: day(1).from, to: day(2).to };
  return collections.createBackfill([{ ...ITEM, wanted, windows: [day(1), day(2)] }], again);
}

async function pendingWindows({ windows }: ReturnType<typeof repositories>): Promise<string[]> {
  const pending = await windows.findPending('entsoe', PRIORITIES, 0, 100);
  return pending.map(({ request }) => request.window.from.toString());
}

describe('a backfill', () => {
  it('waits to be asked for at the priority of history', () =>
    withDatabase(async (all) => {
      await begin(all);
      const pending = await all.windows.findPending('entsoe', PRIORITIES, 0, 100);
      expect(pending).toEqual([
        { request: FIRST, priority: 'backfill' },
        { request: SECOND, priority: 'backfill' },
      ]);
    }));

  it('is held at once when it is paused, and goes on with new jobs when it is resumed', () =>
    withDatabase(async (all) => {
      const id = await begin(all);
      await all.windows.markEnqueued([FIRST, SECOND]);
      expect(await all.windows.countEnqueued('entsoe', PRIORITIES)).toBe(2);

      expect(await all.collections.pause(id)).toBe(true);
      expect(await all.windows.findPriority(FIRST)).toBeUndefined();
      expect(await pendingWindows(all)).toEqual([]);
      expect(await all.windows.countEnqueued('entsoe', PRIORITIES)).toBe(0);

      expect(await all.collections.resume(id)).toBe(true);
      expect(await all.windows.findPriority(FIRST)).toBeDefined();
      expect(await all.windows.countEnqueued('entsoe', PRIORITIES)).toBe(0);
      const afresh = await all.windows.findPending('entsoe', PRIORITIES, 3_600_000, 100);
      expect(afresh).toHaveLength(2);
    }));

  it('needs no jobs any more once it is paused or cancelled, but for what others wait for', () =>
    withDatabase(async (all) => {
      const id = await begin(all);
      const other = await all.windows.createCollection('test', ITEM, [day(2)], 'live');
      await all.windows.markEnqueued([FIRST]);
      expect(await all.windows.findEnqueuedInVain('entsoe', 10)).toEqual([]);
      await all.collections.pause(id);
      expect(await all.windows.findEnqueuedInVain('entsoe', 10)).toEqual([FIRST]);
      await all.windows.markRemoved([FIRST]);
      expect(await all.windows.findEnqueuedInVain('entsoe', 10)).toEqual([]);

      await all.windows.markEnqueued([SECOND]);
      expect(await all.windows.findEnqueuedInVain('entsoe', 10)).toEqual([]);
      await all.collections.cancel(other);
      expect(await all.windows.findEnqueuedInVain('entsoe', 10)).toEqual([SECOND]);
    }));

  it('wakes the scheduler when it is paused, resumed and cancelled', () =>
    withDatabase(async (all) => {
      const id = await begin(all);
      const wake = vi.fn();
      const unlisten = await listenForOpenedWindows(all.sql, wake);
      wake.mockClear();
      for (const change of ['pause', 'resume', 'cancel'] as const) {
        await all.collections[change](id);
        await vi.waitFor(() => expect(wake).toHaveBeenCalledTimes(1));
        wake.mockClear();
      }
      await unlisten();
    }));

  it('takes the answer to what was being asked when it was paused', () =>
    withDatabase(async (all) => {
      const id = await begin(all);
      await all.collections.pause(id);
      await all.payloads.store(FIRST, ANSWER);
      await all.collections.resume(id);
      expect(await pendingWindows(all)).toEqual([day(2).from.toString()]);
    }));

  it('shares its windows with another, which goes on when the first is paused and answers both', () =>
    withDatabase(async (all) => {
      const held = await begin(all);
      const other = await begin(all);
      expect(await pendingWindows(all)).toHaveLength(2);
      await all.collections.pause(held);
      expect(await all.windows.findPriority(FIRST)).toBeDefined();
      await all.payloads.store(FIRST, ANSWER);
      const found = await all.backfills.find('', 10);
      expect(found.map(({ id, state, pending, fetched }) => ({ id, state, pending, fetched }))).toEqual([
        { id: other, state: 'running', pending: 1, fetched: 1 },
        { id: held, state: 'paused', pending: 1, fetched: 1 },
      ]);
    }));

  it('takes answers to the same requests that wait to be processed, unless it asks for all again', () =>
    withDatabase(async (all) => {
      await begin(all);
      const first = await all.payloads.store(FIRST, ANSWER);
      // Of another request, and one that nobody can decode.
      await all.payloads.store({ ...FIRST, area: '10YFR-RTE------C' }, ANSWER);
      await all.payloads.fail(await all.payloads.store(SECOND, ANSWER), 'no such element');
      const other = await begin(all);
      const again = await begin(all, true);
      const standing = async (id: string) => {
        const collection = await createCollectionReader(all.sql).find(id);
        return collection?.windows.map(({ status }) => status);
      };
      expect(await standing(other)).toEqual(['fetched', 'pending']);
      expect(await standing(again)).toEqual(['pending', 'pending']);
      await all.payloads.fail(first, 'no such element');
      expect(await standing(other)).toEqual(['failed', 'pending']);
    }));

  it('asks again for what is being processed while it begins: nobody would tell its window any more', () =>
    withDatabase(async (all) => {
      await begin(all);
      const first = await all.payloads.store(FIRST, ANSWER);
      const other = await all.sql.begin(async (processing) => {
        await processing`select from raw_payload where id = ${first} for no key update`;
        return begin(all);
      });
      const [progress] = await all.backfills.find(other, 1);
      expect(progress).toMatchObject({ pending: 2, fetched: 0 });
    }));

  it('keeps holding a window that is split while it is paused', () =>
    withDatabase(async (all) => {
      const id = await begin(all);
      await all.collections.pause(id);
      const noon = day(1).from.add({ hours: 12 });
      const parts = [
        { from: day(1).from, to: noon },
        { from: noon, to: day(1).to },
      ];
      await all.windows.split(FIRST, parts, 'too large');
      expect(await pendingWindows(all)).toEqual([]);
      await all.collections.resume(id);
      expect(await pendingWindows(all)).toHaveLength(3);
    }));

  it('ends when it is cancelled, and only when it is', () =>
    withDatabase(async (all) => {
      const id = await begin(all);
      const [running] = await all.backfills.find(id, 1);
      expect(running && hasEnded(running)).toBe(false);
      expect(await all.collections.cancel(id)).toBe(true);
      expect(await pendingWindows(all)).toEqual([]);
      expect(await all.windows.findPriority(FIRST)).toBeUndefined();
      const [cancelled] = await all.backfills.find(id, 1);
      expect(cancelled && hasEnded(cancelled)).toBe(true);
      expect(await all.collections.resume(id)).toBe(false);
    }));

  it('has failed, for readers of collections, in what was not asked for when it was cancelled', () =>
    withDatabase(async (all) => {
      const id = await begin(all);
      await all.windows.fail(FIRST, 'refused', Temporal.Now.instant().add({ hours: 1 }));
      await all.collections.cancel(id);
      const collection = await createCollectionReader(all.sql).find(id);
      expect(collection?.windows.map(({ status, outcome, error }) => [status, outcome, error])).toEqual([
        ['failed', 'failed', 'refused'],
        ['failed', 'failed', 'cancelled'],
      ]);
    }));

  it('tells of what waits, for readers of collections, why it may not be asked for, or was tried in vain', () =>
    withDatabase(async (all) => {
      const id = await begin(all);
      await all.windows.noteError(FIRST, 'timed out');
      const errors = async () => {
        const collection = await createCollectionReader(all.sql).find(id);
        return collection?.windows.map(({ error }) => error);
      };
      expect(await errors()).toEqual(['timed out', null]);
      await all.sql`insert into source_block values ('entsoe', '2999-01-01T00:00:00Z', 'too many requests')`;
      const banned = 'entsoe may not be asked until 2999-01-01T00:00:00Z: too many requests';
      expect(await errors()).toEqual([banned, banned]);
      await all.payloads.store(FIRST, ANSWER);
      expect(await errors()).toEqual([null, banned]);
      await all.sql`update source_block set blocked_until = now()`;
      expect(await errors()).toEqual([null, null]);
    }));

  it('asks again for failed windows, and takes no answer that was asked for before', () =>
    withDatabase(async (all) => {
      const id = await begin(all);
      const [clock] = await all.sql<{ now: Temporal.Instant }[]>`select clock_timestamp() as now`;
      await all.windows.fail(FIRST, 'refused {"code":999}', Temporal.Now.instant().add({ hours: 1 }));
      expect(await all.backfills.findFailed(id)).toEqual([
        { ...FIRST, error: 'refused {"code":999}', isAnswered: false },
      ]);

      expect(await all.collections.retry(id)).toBe(1);
      expect(await all.collections.retry(id)).toBe(0);
      expect(await all.backfills.findFailed(id)).toEqual([]);
      await all.payloads.store(FIRST, ANSWER, { askedAt: clock?.now ?? null });
      expect(await all.windows.findPriority(FIRST)).toBeDefined();
      await all.payloads.store(FIRST, ANSWER);
      expect(await all.windows.findPriority(FIRST)).toBeUndefined();
    }));
});

describe('replaying answers', () => {
  it('lets those that could not be decoded wait again, with their windows', () =>
    withDatabase(async (all) => {
      await begin(all);
      const undecoded = await all.payloads.store(FIRST, ANSWER);
      const processed = await all.payloads.store(SECOND, ANSWER);
      await all.payloads.fail(undecoded, 'no such element');
      await all.sql`update raw_payload set processed_at = now() where id = ${processed}`;
      expect(await all.payloads.countUnprocessed()).toBe(0);

      expect(await all.payloads.replay([undecoded, processed])).toBe(1);
      expect(await all.payloads.countUnprocessed()).toBe(1);
      const rows = await all.sql<{ status: string; error: string | null }[]>`
        select status, error from collection_window order by window_start`;
      expect([...rows]).toEqual([
        { status: 'fetched', error: null },
        { status: 'fetched', error: null },
      ]);
      expect(await all.payloads.replay([undecoded])).toBe(0);
    }));

  // A damaged identifier is not part of the hash: every later answer had the damaged bytes for its own.
  it('is not needed for an answer that was asked for afresh: it keeps bytes of its own', () =>
    withDatabase(async (all) => {
      const undecoded = await all.payloads.store(FIRST, ANSWER);
      await all.payloads.fail(undecoded, 'no such element');
      const afresh = await all.payloads.store(FIRST, ANSWER);
      const again = await all.payloads.store(FIRST, ANSWER);
      expect((await all.payloads.find(afresh))?.bodyId).toBe(afresh);
      expect((await all.payloads.find(again))?.bodyId).toBe(afresh);
    }));
});
