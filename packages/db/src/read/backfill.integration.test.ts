import { createTestDatabase } from '@energy-data-service/test-support';
import { describe, expect, inject, it } from 'vitest';
import { connect, type Sql } from '../connect.ts';
import { type BackfillProgress, createBackfillReader } from './backfill.ts';

const BACKFILL = '00000000-0000-4000-8000-000000000001';

async function withBackfill(
  test: (sql: Sql, read: () => Promise<BackfillProgress>) => Promise<void>,
): Promise<void> {
  await using database = await createTestDatabase(inject('databaseServerUrl'));
  const sql = connect(database.url, { max: 2 });
  try {
    await sql`
      insert into collection (id, origin, requested_at) values (${BACKFILL}, 'backfill', now() - interval '1 hour')`;
    await test(sql, async () => {
      const [progress] = await createBackfillReader(sql).find(BACKFILL, 1);
      if (progress === undefined) throw new Error('the backfill is gone');
      return progress;
    });
  } finally {
    await sql.end();
  }
}

interface Window {
  readonly status?: string;
  readonly error?: string;
  readonly finishedSecondsAgo?: number;
}

/** Stores windows of the backfill, ten points each. */
async function storeWindows(sql: Sql, ...windows: readonly Window[]): Promise<void> {
  for (const { status = 'succeeded', error, finishedSecondsAgo } of windows) {
    await sql`
      insert into collection_window (collection_id, source, dataset, area, window_start, window_end, priority, status,
        error, points, finished_at)
      values (${BACKFILL}, 'entsoe', 'load', 'CZ', now(), now() + interval '1 hour', 'backfill', ${status},
        ${error ?? null}, 10, now() - ${finishedSecondsAgo ?? null}::float8 * interval '1 second')`;
  }
}

/** A time that was so long when it was written, and has been read since. */
function expectSoonAfter(seconds: number, writtenSeconds: number): void {
  expect(seconds).toBeGreaterThanOrEqual(writtenSeconds);
  expect(seconds).toBeLessThan(writtenSeconds + 30);
}

describe('the progress of a backfill', () => {
  it('counts what waits after an attempt in vain, with the error of the newest', () =>
    withBackfill(async (sql, read) => {
      await storeWindows(sql, { status: 'pending' }, { status: 'failed', error: 'refused' });
      expect(await read()).toMatchObject({ pending: 1, retried: 0, retriedError: null });
      await storeWindows(
        sql,
        { status: 'pending', error: 'source is out of order' },
        { status: 'pending', error: 'no answer in time' },
        { status: 'pending' },
        { status: 'split', error: 'too much' },
      );
      expect(await read()).toMatchObject({ pending: 4, retried: 2, retriedError: 'no answer in time' });
    }));

  it('measures the pace from the end of the first of the recent windows, and not through the pause before it', () =>
    withBackfill(async (sql, read) => {
      expect((await read()).recent).toEqual({ windows: 0, points: 0, seconds: 0 });
      await storeWindows(
        sql,
        { finishedSecondsAgo: 600 },
        { finishedSecondsAgo: 80 },
        { finishedSecondsAgo: 75 },
        { finishedSecondsAgo: 9 },
        { finishedSecondsAgo: 4, status: 'failed' },
        { finishedSecondsAgo: 1 },
      );
      const { recent, ageSeconds } = await read();
      expect(recent).toMatchObject({ windows: 3, points: 30 });
      expectSoonAfter(recent.seconds, 9);
      expectSoonAfter(ageSeconds, 3_600);
    }));

  it('has a slower pace with every second in which nothing ends, and none after two minutes', () =>
    withBackfill(async (sql, read) => {
      await storeWindows(sql, ...Array.from({ length: 20 }, (_, i) => ({ finishedSecondsAgo: i + 0.5 })));
      const paces: number[] = [];
      for (let rounds = 0; rounds < 5; rounds++) {
        const { windows, seconds } = (await read()).recent;
        paces.push(seconds === 0 ? 0 : (windows - 1) / seconds);
        await sql`update collection_window set finished_at = finished_at - interval '30 seconds'`;
      }
      expect(paces).toEqual(paces.toSorted((a, b) => b - a));
      expectSoonAfter(19 / (paces[0] ?? 0), 19.5);
      expect(paces[4]).toBe(0);
    }));
});
