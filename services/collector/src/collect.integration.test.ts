import {
  connect,
  createCollectionWindowRepository,
  createRawPayloadRepository,
  createRequestSlotRepository,
  createSourceCircuitRepository,
  createSourceStateRepository,
  type Sql,
} from '@energy-data-service/db';
import {
  type Answer,
  CIRCUIT_LIMITS,
  type CollectRequest,
  type FetchResult,
  PermanentError,
  PostponedError,
  type SourceClient,
  splitWindow,
  TransientError,
} from '@energy-data-service/domain';
import type { CollectJob, JobContext } from '@energy-data-service/queue';
import { createLogger } from '@energy-data-service/runtime';
import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it, type Mock, vi } from 'vitest';
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

function jobOf({ source, dataset, area, counterArea, window: { from, to } }: CollectRequest): CollectJob {
  return { source, dataset, area, counterArea, from: from.toString(), to: to.toString() };
}

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
  readonly fetch: Mock<SourceClient['fetch']>;
  /** Runs the first attempt of the request's job, or of another request's. */
  attempt(isRetriedByHand: boolean, request?: CollectRequest, signal?: AbortSignal): Promise<void>;
  /** Runs an attempt after others of the request's job that failed. */
  attemptAgain(request: CollectRequest): Promise<void>;
}

/** Requests that the source may see in a minute, and those that a backfill leaves to others. */
const SLOTS = 4;
const SPARE = 1;

async function withCollector(test: (collector: Collector) => Promise<void>): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 2 });
  const windows = createCollectionWindowRepository(sql);
  const sourceState = createSourceStateRepository(sql);
  const fetch = vi.fn(async (): Promise<FetchResult> => ANSWER);
  const handler = collect({
    client: { fetch, close: async () => undefined },
    windows,
    rawPayloads: createRawPayloadRepository(sql),
    sourceState,
    sourceCircuit: createSourceCircuitRepository(sql),
    requestSlots: createRequestSlotRepository(sql),
    slots: SLOTS,
    spare: SPARE,
    rawPayloadQueue: { add: async () => undefined },
  });
  const log = createLogger('test', 'error');
  async function run(
    request: CollectRequest,
    context: Pick<JobContext, 'attempt' | 'isRetriedByHand' | 'signal'>,
  ): Promise<void> {
    const job = jobOf(request);
    await handler.handle(job, { log, ...context }, await handler.begin(job));
  }
  try {
    await test({
      sql,
      windows,
      sourceState,
      fetch,
      attempt: (isRetriedByHand, request = REQUEST, signal = new AbortController().signal) =>
        run(request, { attempt: 1, isRetriedByHand, signal }),
      attemptAgain: (request) =>
        run(request, { attempt: 2, isRetriedByHand: false, signal: new AbortController().signal }),
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

it('asks three times for a year of a source that takes 200 days, and makes no scrap', () =>
  withCollector(async ({ sql, windows, fetch, attempt }) => {
    const from = Temporal.Instant.from('2023-01-01T00:00Z');
    const year = { from, to: from.add({ hours: 24 * 365 }) };
    fetch.mockImplementation(async ({ window }) =>
      splitWindow(window, 200).length > 1 ? { kind: 'too-large', maxDays: null, reason: 'too much' } : ANSWER,
    );
    await windows.createCollection('test', REQUEST, [year], 'backfill');
    const readPending = () => sql<{ from: Temporal.Instant; to: Temporal.Instant }[]>`
      select window_start as from, window_end as to from collection_window where status = 'pending'`;
    for (let pending = await readPending(); pending.length > 0; pending = await readPending()) {
      for (const window of pending) await attempt(false, { ...REQUEST, window });
    }
    const asked = fetch.mock.calls.map(([{ window }]) => window.from.until(window.to).total('hours') / 24);
    expect(asked).toEqual([365, 182, 183]);
    expect(await statuses(sql)).toEqual(['split', 'fetched', 'fetched']);
  }));

describe('of the requests that the source may see in a minute', () => {
  const days = splitWindow(REQUEST.window, 1).map((window) => ({ ...REQUEST, window }));
  const daysWithin = (count: number) => days.slice(0, count);

  async function askFor({ windows }: Collector, requests: readonly CollectRequest[]): Promise<void> {
    await windows.createCollection(
      'test',
      REQUEST,
      requests.map(({ window }) => window),
      'backfill',
    );
  }

  /** Makes a minute pass. */
  async function passMinute({ sql }: Collector): Promise<void> {
    await sql`update request_slot set free_at = free_at - interval '1 minute'`;
  }

  async function countFree({ sql }: Collector): Promise<number> {
    return (await sql`select from request_slot where free_at <= clock_timestamp()`).length;
  }

  it('none is sent too many when jobs go on at once that stood still, and the others wait without a failure', () =>
    withCollector(async (collector) => {
      const { sql, fetch, attempt } = collector;
      await askFor(collector, daysWithin(20));
      const attempts = await sql.begin(async (transaction) => {
        await transaction`lock table window_limit in access exclusive mode`;
        const running = daysWithin(20).map((request) => attempt(false, request));
        return { ended: Promise.allSettled(running) };
      });
      const refused = (await attempts.ended).filter((result) => result.status === 'rejected');
      for (const { reason } of refused) expect(reason).toBeInstanceOf(PostponedError);
      expect(fetch.mock.calls.length).toBeGreaterThan(0);
      expect(fetch.mock.calls.length).toBeLessThanOrEqual(SLOTS);
      expect(refused).toHaveLength(20 - fetch.mock.calls.length);
      expect([...(await sql`select from collection_window where error is not null`)]).toEqual([]);
    }));

  it.each<[string, Mock<SourceClient['fetch']>]>([
    ['was answered', vi.fn(async () => ANSWER)],
    ['was refused', vi.fn(() => Promise.reject(new PermanentError('refused')))],
    ['failed', vi.fn(() => Promise.reject(new TransientError('out of order')))],
    ['failed by our fault', vi.fn(() => Promise.reject(new TypeError('no function')))],
  ])('one that %s counts for a minute more', (_, fetchOnce) =>
    withCollector(async (collector) => {
      await askFor(collector, [REQUEST]);
      collector.fetch.mockImplementation(fetchOnce);
      await collector.attempt(false).catch(() => undefined);
      expect(await countFree(collector)).toBe(SLOTS - 1);
      await passMinute(collector);
      expect(await countFree(collector)).toBe(SLOTS);
    }),
  );

  it('one that the closing collector aborts counts for a minute more', () =>
    withCollector(async (collector) => {
      await askFor(collector, [REQUEST]);
      const closing = new AbortController();
      collector.fetch.mockImplementation(async (_, signal) => {
        closing.abort();
        signal.throwIfAborted();
        return ANSWER;
      });
      await expect(collector.attempt(false, REQUEST, closing.signal)).rejects.toThrow('aborted');
      await passMinute(collector);
      expect(await countFree(collector)).toBe(SLOTS);
    }));

  it('one that was not answered for long counts as long as the source may come to it', () =>
    withCollector(async (collector) => {
      vi.useFakeTimers({ toFake: ['performance'] });
      try {
        await askFor(collector, [REQUEST]);
        collector.fetch.mockImplementation(async () => {
          vi.advanceTimersByTime(60_000);
          throw new TransientError('source took too long to answer');
        });
        await expect(collector.attempt(false)).rejects.toThrow('too long');
        await passMinute(collector);
        expect(await countFree(collector)).toBe(SLOTS - 1);
      } finally {
        vi.useRealTimers();
      }
    }));

  it('a backfill leaves some to what is more urgent', () =>
    withCollector(async (collector) => {
      const { windows, fetch, attempt } = collector;
      const [urgent = REQUEST, ...others] = daysWithin(SLOTS + 1);
      await askFor(collector, others);
      for (const request of others.slice(0, SLOTS - SPARE)) await attempt(false, request);
      await expect(attempt(false, others.at(-1))).rejects.toThrow('budget is spent');
      await windows.createCollection('test', REQUEST, [urgent.window], 'live');
      await attempt(false, urgent);
      expect(fetch).toHaveBeenCalledTimes(SLOTS);
    }));

  it('the one that is tried of a source that is cut off may be another, while none is left', () =>
    withCollector(async (collector) => {
      const { sql, attempt } = collector;
      await askFor(collector, daysWithin(SLOTS));
      for (const request of daysWithin(SLOTS - SPARE)) await attempt(false, request);
      await sql`
        insert into source_circuit (source, failures, requests, items, opened_at, probe_at)
        values (${REQUEST.source}, 5, '{}', '{}', now(), now())`;
      await expect(attempt(false, days[SLOTS - SPARE])).rejects.toThrow('budget is spent');
      const [circuit] = await sql`select probing_until from source_circuit`;
      expect(circuit).toEqual({ probing_until: null });
    }));
});

it('of a source that is cut off, live data and the rest are tried first by turns, and of the rest what has not failed', () =>
  withCollector(async ({ sql, windows, fetch, attempt, attemptAgain }) => {
    const [live = REQUEST, untried = REQUEST, failed = REQUEST] = splitWindow(REQUEST.window, 1).map(
      (window) => ({ ...REQUEST, window }),
    );
    await windows.createCollection('test', REQUEST, [live.window], 'live');
    await windows.createCollection('test', REQUEST, [untried.window, failed.window], 'backfill');
    /** Cuts the source off, with tries that have failed since and a pause that has been over for so long. */
    const cutOff = (tries: number, precedences: number) => sql`
      insert into source_circuit (source, failures, requests, items, opened_at, probe_at)
      values (${REQUEST.source}, ${CIRCUIT_LIMITS.failures + tries}, '{}', ${[`${REQUEST.dataset} ${REQUEST.area}`]}, now(),
        now() - ${(precedences + 0.5) * CIRCUIT_LIMITS.precedenceMs} * interval '1 millisecond')`;
    await cutOff(0, 0);
    await expect(attemptAgain(failed)).rejects.toThrow('source is cut off');
    await expect(attempt(false, untried)).rejects.toThrow('source is cut off');
    // However often it has failed.
    await attemptAgain(live);
    await windows.createCollection('test', REQUEST, [live.window], 'live');
    await cutOff(1, 0);
    await expect(attemptAgain(live)).rejects.toThrow('source is cut off');
    await expect(attemptAgain(failed)).rejects.toThrow('source is cut off');
    await attempt(false, untried);
    await cutOff(1, 1);
    await attemptAgain(failed);
    expect(fetch.mock.calls.map(([request]) => request)).toEqual([live, untried, failed]);
  }));
