import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from '../connect.ts';
import { createStatusFactsReader, type StatusFacts } from './status-facts.ts';

const CZ = '10YCZ-CEPS-----N';
const FR = '10YFR-RTE------C';
const RUNNING = '00000000-0000-0000-0000-000000000001';
const PAUSED = '00000000-0000-0000-0000-000000000002';
const CANCELLED = '00000000-0000-0000-0000-000000000003';
const ENDED = '00000000-0000-0000-0000-000000000004';

async function withDatabase(
  test: (sql: Sql, read: () => Promise<StatusFacts>) => Promise<void>,
): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 2 });
  try {
    await test(sql, createStatusFactsReader(sql));
  } finally {
    await sql.end();
  }
}

async function storeCollections(sql: Sql): Promise<void> {
  await sql`
    insert into collection (id, origin, state) values
      (${RUNNING}, 'backfill', 'running'), (${PAUSED}, 'backfill', 'paused'),
      (${CANCELLED}, 'backfill', 'cancelled'), (${ENDED}, 'backfill', 'running')`;
}

interface Window {
  readonly collection?: string;
  readonly dataset?: string;
  readonly area?: string;
  /** Hours from the beginning of 2026. */
  readonly hour: number;
  readonly priority?: string;
  readonly status: string;
  readonly requestedMinutesAgo?: number;
  readonly finishedMinutesAgo?: number;
  readonly enqueuedSecondsAgo?: number;
  readonly error?: string;
  readonly rawPayloadId?: number;
}

async function storeWindow(sql: Sql, window: Window): Promise<void> {
  const start = Temporal.Instant.from('2026-01-01T00:00Z').add({ hours: window.hour });
  await sql`
    insert into collection_window (collection_id, source, dataset, area, window_start, window_end, priority, status,
      requested_at, finished_at, enqueued_at, error, raw_payload_id)
    values (${window.collection ?? null}, 'entsoe', ${window.dataset ?? 'load'}, ${window.area ?? CZ}, ${start},
      ${start.add({ hours: 1 })}, ${window.priority ?? 'live'}, ${window.status},
      now() - ${window.requestedMinutesAgo ?? 0} * interval '1 minute',
      now() - ${window.finishedMinutesAgo ?? null}::integer * interval '1 minute',
      now() - ${window.enqueuedSecondsAgo ?? null}::integer * interval '1 second', ${window.error ?? null},
      ${window.rawPayloadId ?? null})`;
}

/** @returns its id */
async function storeAnswer(
  sql: Sql,
  {
    minutesAgo,
    isProcessed = false,
    error = null,
  }: { minutesAgo: number; isProcessed?: boolean; error?: string | null },
): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into raw_payload (source, dataset, area, window_start, window_end, status, content_hash, body, body_size,
      received_at, processed_at, error)
    values ('entsoe', 'load', ${CZ}, now(), now() + interval '1 hour', 200, '', '', 0,
      now() - ${minutesAgo} * interval '1 minute', ${isProcessed ? sql`now()` : null}, ${error})
    returning id`;
  if (row === undefined) throw new Error('insert into raw_payload returned no row');
  return row.id;
}

function minutesBetween(from: Temporal.Instant | null | undefined, to: Temporal.Instant): number | null {
  return from == null ? null : Math.round(from.until(to).total('minutes'));
}

describe('the facts of the status', () => {
  it('are empty where nothing was ever collected', () =>
    withDatabase(async (_sql, read) => {
      expect(await read()).toEqual({
        now: expect.any(Temporal.Instant),
        isSimulated: false,
        lastRoundAt: null,
        sources: [],
        backlog: [],
        answers: { unprocessed: 0, oldestUnprocessedAt: null, lastProcessedAt: null, undecodable: 0 },
        items: [],
        backfills: [],
        failures: [],
      });
    }));

  it('count the windows of each priority, without what was cancelled and what ended more than a day ago', () =>
    withDatabase(async (sql, read) => {
      await storeCollections(sql);
      const undecodable = await storeAnswer(sql, { minutesAgo: 10, error: 'no such element' });
      await storeWindow(sql, { hour: 1, status: 'pending', requestedMinutesAgo: 7 });
      await storeWindow(sql, { hour: 2, status: 'pending', requestedMinutesAgo: 3 });
      await storeWindow(sql, { hour: 3, status: 'fetched', priority: 'heal' });
      await storeWindow(sql, { hour: 4, status: 'failed', priority: 'heal', finishedMinutesAgo: 60 });
      await storeWindow(sql, { hour: 5, status: 'failed', priority: 'heal', finishedMinutesAgo: 1_500 });
      await storeWindow(sql, { hour: 6, status: 'failed', finishedMinutesAgo: 5, rawPayloadId: undecodable });
      const history = { status: 'pending', priority: 'backfill' };
      await storeWindow(sql, { ...history, hour: 7, collection: RUNNING, requestedMinutesAgo: 30 });
      await storeWindow(sql, {
        ...history,
        hour: 8,
        collection: PAUSED,
        requestedMinutesAgo: 90,
        error: 'too slow',
      });
      await storeWindow(sql, {
        ...history,
        hour: 10,
        collection: RUNNING,
        requestedMinutesAgo: 20,
        error: 'too slow',
      });
      await storeWindow(sql, { ...history, hour: 9, collection: CANCELLED, requestedMinutesAgo: 200 });
      const { now, backlog } = await read();
      const none = { pending: 0, retried: 0, paused: 0, fetched: 0, failed: 0, undecodable: 0 };
      expect(
        backlog.map(({ oldestPendingAt, ...counts }) => [minutesBetween(oldestPendingAt, now), counts]),
      ).toEqual([
        [7, { ...none, priority: 'live', pending: 2, undecodable: 1 }],
        [null, { ...none, priority: 'heal', fetched: 1, failed: 1 }],
        [30, { ...none, priority: 'backfill', pending: 2, retried: 1, paused: 1 }],
      ]);
    }));

  it('leave out failed windows of a cancelled backfill, but not those of a poll that asks for the same', () =>
    withDatabase(async (sql, read) => {
      await storeCollections(sql);
      const failed = async () => {
        const { backlog, failures } = await read();
        return [failures.length, ...backlog.map((windows) => [windows.priority, windows.failed])];
      };
      const window = { hour: 1, status: 'failed', finishedMinutesAgo: 5 };
      await storeWindow(sql, { ...window, priority: 'backfill', collection: CANCELLED });
      expect(await failed()).toEqual([0]);
      await storeWindow(sql, { ...window, priority: 'backfill', collection: PAUSED });
      await storeWindow(sql, window);
      expect(await failed()).toEqual([2, ['live', 1], ['backfill', 1]]);
    }));

  it('leave out failed windows that were answered since, whoever asked', () =>
    withDatabase(async (sql, read) => {
      const failed = async () => {
        const { backlog, failures } = await read();
        return [failures.length, ...backlog.map((windows) => [windows.failed, windows.undecodable])];
      };
      const answerAt = async (hour: number, minutesAgo: number, outcome: string) => {
        const from = Temporal.Instant.from('2026-01-01T00:00Z').add({ hours: hour });
        await sql`
          update raw_payload set window_start = ${from}, window_end = ${from.add({ hours: 1 })}, outcome = ${outcome}
          where id = ${await storeAnswer(sql, { minutesAgo, isProcessed: true })}`;
      };
      const undecodable = await storeAnswer(sql, { minutesAgo: 30, error: 'no such element' });
      await storeWindow(sql, { hour: 1, status: 'failed', finishedMinutesAgo: 30 });
      await storeWindow(sql, {
        hour: 2,
        status: 'failed',
        finishedMinutesAgo: 30,
        rawPayloadId: undecodable,
      });
      await answerAt(1, 31, 'data');
      await answerAt(2, 29, 'no-data');
      await answerAt(3, 29, 'data');
      expect(await failed()).toEqual([2, [1, 1]]);
      await answerAt(1, 29, 'no-data');
      expect(await failed()).toEqual([1, [0, 1]]);
      await answerAt(2, 28, 'data');
      expect(await failed()).toEqual([0]);
    }));

  it('count the answers that wait, since when the oldest does, and those that cannot be decoded', () =>
    withDatabase(async (sql, read) => {
      await storeAnswer(sql, { minutesAgo: 4 });
      await storeAnswer(sql, { minutesAgo: 9 });
      await storeAnswer(sql, { minutesAgo: 50, error: 'no such element' });
      await storeAnswer(sql, { minutesAgo: 60, isProcessed: true });
      const { now, answers } = await read();
      expect(answers).toMatchObject({ unprocessed: 2, undecodable: 1 });
      expect(minutesBetween(answers.oldestUnprocessedAt, now)).toBe(9);
    }));

  it('tell when an answer was last processed, or could not be decoded', () =>
    withDatabase(async (sql, read) => {
      const lastProcessed = async () => {
        const { now, answers } = await read();
        return minutesBetween(answers.lastProcessedAt, now);
      };
      const rawPayloadId = await storeAnswer(sql, { minutesAgo: 60 });
      await storeWindow(sql, { hour: 1, status: 'fetched', rawPayloadId });
      await storeWindow(sql, { hour: 2, status: 'failed', finishedMinutesAgo: 3 });
      expect(await lastProcessed()).toBeNull();
      await storeWindow(sql, { hour: 3, status: 'failed', finishedMinutesAgo: 8, rawPayloadId });
      expect(await lastProcessed()).toBe(8);
      await storeAnswer(sql, { minutesAgo: 60, isProcessed: true });
      expect(await lastProcessed()).toBe(0);
    }));

  it('tell of each source when it was last asked, and since when a window waits in the queue that nobody has tried', () =>
    withDatabase(async (sql, read) => {
      const untried = async () => {
        const { now, sources } = await read();
        return sources.map(({ lastAskedAt, oldestUntriedAt }) => [
          minutesBetween(lastAskedAt, now),
          minutesBetween(oldestUntriedAt, now),
        ]);
      };
      await storeCollections(sql);
      const waiting = { status: 'pending', requestedMinutesAgo: 90 };
      await storeWindow(sql, {
        ...waiting,
        hour: 1,
        enqueuedSecondsAgo: 5_000,
        error: 'the platform failed',
      });
      await storeWindow(sql, { ...waiting, hour: 2, enqueuedSecondsAgo: 29 });
      await storeWindow(sql, { ...waiting, hour: 3, collection: RUNNING });
      expect(await untried()).toEqual([[null, null]]);
      await storeWindow(sql, { ...waiting, hour: 4, enqueuedSecondsAgo: 31, requestedMinutesAgo: 20 });
      expect(await untried()).toEqual([[null, 20]]);
      await storeWindow(sql, { ...waiting, hour: 5, enqueuedSecondsAgo: 60, requestedMinutesAgo: 30 });
      await sql`insert into coverage (source, dataset, area) values ('entsoe', 'load', ${CZ}), ('entsoe', 'forecast', ${CZ})`;
      await storeAnswer(sql, { minutesAgo: 8 });
      const rawPayloadId = await storeAnswer(sql, { minutesAgo: 5 });
      await storeWindow(sql, { hour: 7, status: 'failed', finishedMinutesAgo: 1, rawPayloadId });
      expect(await untried()).toEqual([[5, 30]]);
      await storeWindow(sql, { hour: 6, status: 'failed', finishedMinutesAgo: 2 });
      expect(await untried()).toEqual([[2, 30]]);
    }));

  it('tell since when the oldest window is tried in vain that somebody still tries, and the newest error', () =>
    withDatabase(async (sql, read) => {
      await storeCollections(sql);
      const retried = async () => {
        const { now, sources } = await read();
        return sources.map(({ retried }) => retried && [minutesBetween(retried.since, now), retried.error]);
      };
      const waiting = { status: 'pending', enqueuedSecondsAgo: 60 } as const;
      await storeWindow(sql, {
        ...waiting,
        hour: 1,
        requestedMinutesAgo: 50,
        error: 'held',
        collection: PAUSED,
      });
      await storeWindow(sql, { ...waiting, hour: 2, requestedMinutesAgo: 40 });
      expect(await retried()).toEqual([null]);
      await storeWindow(sql, { ...waiting, hour: 3, requestedMinutesAgo: 30, error: 'too slow' });
      await storeWindow(sql, {
        ...waiting,
        hour: 4,
        requestedMinutesAgo: 20,
        error: 'no way',
        collection: RUNNING,
      });
      expect(await retried()).toEqual([[30, 'no way']]);
    }));

  it('tell of each source how many requests it had within a minute, and whether it may be asked', () =>
    withDatabase(async (sql, read) => {
      await sql`insert into coverage (source, dataset, area) values
        ('entsoe', 'load', ${CZ}), ('entsoe', 'load', ${FR}), ('entsoe', 'forecast', ${CZ})`;
      await storeAnswer(sql, { minutesAgo: 2 });
      await sql`insert into request_slot (source, number, free_at) values
        ('entsoe', 1, now() + interval '50 seconds'), ('entsoe', 2, now())`;
      await sql`insert into source_block (source, blocked_until, reason) values
        ('banned', now() + interval '10 minutes', 'too many requests'), ('entsoe', now() - interval '1 hour', 'past')`;
      await sql`insert into source_circuit (source, failures, requests, items, opened_at, probe_at) values
        ('away', 5, '{}', '{}', '2026-01-01T00:00Z', now()), ('entsoe', 2, '{}', '{}', null, null)`;
      const { sources } = await read();
      const never = { requestsLastMinute: 0, lastAskedAt: null, oldestUntriedAt: null, retried: null };
      expect(sources).toEqual([
        {
          ...never,
          source: 'away',
          block: null,
          cutOffSince: Temporal.Instant.from('2026-01-01T00:00Z'),
        },
        {
          ...never,
          source: 'banned',
          block: { until: expect.any(Temporal.Instant), reason: 'too many requests' },
          cutOffSince: null,
        },
        {
          source: 'entsoe',
          requestsLastMinute: 1,
          lastAskedAt: expect.any(Temporal.Instant),
          oldestUntriedAt: null,
          retried: null,
          block: null,
          cutOffSince: null,
        },
      ]);
    }));

  it('join what is stored, what the ledger says and the newest poll of each dataset and area', () =>
    withDatabase(async (sql, read) => {
      await sql`
        insert into series (source, dataset, area, counter_area, resolution, quantity, last_starts_at) values
          ('entsoe', 'load', ${CZ}, null, 'PT60M', 'quantity', '2026-01-01T00:00Z'),
          ('entsoe', 'load', ${CZ}, null, 'PT15M', 'quantity', '2026-01-02T00:00Z'),
          ('entsoe', 'flow', ${CZ}, ${FR}, 'PT60M', 'quantity', '2026-01-03T00:00Z')`;
      await sql`
        insert into coverage (source, dataset, area, wanted, collected, last_asked_at, last_outcome) values
          ('entsoe', 'load', ${CZ}, '{[2026-01-01T00:00Z,2026-01-04T00:00Z)}', '{[2026-01-01T00:00Z,2026-01-03T00:00Z)}',
            '2026-01-03T00:00Z', 'data'),
          ('entsoe', 'load', ${FR}, '{}', '{}', null, null)`;
      await storeCollections(sql);
      await storeWindow(sql, { hour: 1, status: 'succeeded' });
      await storeWindow(sql, { hour: 5, status: 'pending', error: 'the platform failed' });
      await storeWindow(sql, { hour: 9, status: 'failed', collection: RUNNING });
      const { items } = await read();
      expect(items).toEqual([
        {
          source: 'entsoe',
          dataset: 'flow',
          area: CZ,
          counterArea: FR,
          lastStartsAt: Temporal.Instant.from('2026-01-03T00:00Z'),
          lastAskedAt: null,
          lastOutcome: null,
          gapSeconds: 0,
          poll: null,
        },
        {
          source: 'entsoe',
          dataset: 'load',
          area: CZ,
          counterArea: null,
          lastStartsAt: Temporal.Instant.from('2026-01-02T00:00Z'),
          lastAskedAt: Temporal.Instant.from('2026-01-03T00:00Z'),
          lastOutcome: 'data',
          gapSeconds: 86_400,
          poll: {
            status: 'pending',
            requestedAt: expect.any(Temporal.Instant),
            error: 'the platform failed',
          },
        },
        {
          source: 'entsoe',
          dataset: 'load',
          area: FR,
          counterArea: null,
          lastStartsAt: null,
          lastAskedAt: null,
          lastOutcome: null,
          gapSeconds: 0,
          poll: null,
        },
      ]);
    }));

  it('hold the backfills that have not ended', () =>
    withDatabase(async (sql, read) => {
      await storeCollections(sql);
      await storeWindow(sql, { hour: 1, status: 'succeeded', collection: RUNNING });
      await storeWindow(sql, { hour: 2, status: 'fetched', collection: RUNNING });
      await storeWindow(sql, { hour: 1, status: 'pending', collection: PAUSED });
      await storeWindow(sql, { hour: 1, status: 'pending', collection: CANCELLED });
      await storeWindow(sql, { hour: 1, status: 'succeeded', collection: ENDED });
      const { backfills } = await read();
      expect(
        backfills.map(({ id, state, pending, fetched, succeeded }) => ({
          id,
          state,
          pending,
          fetched,
          succeeded,
        })),
      ).toEqual(
        expect.arrayContaining([
          { id: RUNNING, state: 'running', pending: 0, fetched: 1, succeeded: 1 },
          { id: PAUSED, state: 'paused', pending: 1, fetched: 0, succeeded: 0 },
        ]),
      );
      expect(backfills).toHaveLength(2);
    }));

  it('hold the newest failures of the last day, at most twenty', () =>
    withDatabase(async (sql, read) => {
      for (let hour = 1; hour <= 22; hour++) {
        await storeWindow(sql, { hour, status: 'failed', finishedMinutesAgo: hour, error: `reason ${hour}` });
      }
      await storeWindow(sql, { hour: 30, status: 'failed', finishedMinutesAgo: 1_500, error: 'old' });
      const { failures } = await read();
      expect(failures.map(({ error }) => error)).toEqual(
        Array.from({ length: 20 }, (_, i) => `reason ${i + 1}`),
      );
      expect(failures[0]?.request).toEqual({
        source: 'entsoe',
        dataset: 'load',
        area: CZ,
        counterArea: null,
        window: {
          from: Temporal.Instant.from('2026-01-01T01:00Z'),
          to: Temporal.Instant.from('2026-01-01T02:00Z'),
        },
      });
    }));

  it('tell when a scheduler last completed a round', () =>
    withDatabase(async (sql, read) => {
      await sql`insert into scheduler_round (completed_at) values ('2026-01-01T00:00Z')`;
      expect((await read()).lastRoundAt).toEqual(Temporal.Instant.from('2026-01-01T00:00Z'));
    }));
});
