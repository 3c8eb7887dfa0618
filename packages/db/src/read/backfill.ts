import type { CollectRequest } from '@energy-data-service/domain';
import type { Fragment } from 'postgres';
import { BACKFILL } from '../collection.ts';
import type { Sql } from '../connect.ts';
import { type RequestRow, toRequest } from '../request-row.ts';
import { isAnsweredSince } from './failed-windows.ts';

/** How far a backfill has come. Windows that were split count as their parts. */
export interface BackfillProgress {
  readonly id: string;
  readonly requestedAt: Temporal.Instant;
  readonly state: 'running' | 'paused' | 'cancelled';
  /** Wait to be asked for, and will wait for ever if the backfill is cancelled. */
  readonly pending: number;
  /** Of those that wait, the ones that have been in the queue. */
  readonly enqueued: number;
  /** Of those that wait, the ones that were tried and not answered. They are tried again. */
  readonly retried: number;
  /** Why the newest of those was not answered; null if there is none. */
  readonly retriedError: string | null;
  /** Answered, and not yet processed. */
  readonly fetched: number;
  readonly succeeded: number;
  /** Of those that succeeded, the ones for which nothing is published. */
  readonly noData: number;
  readonly failed: number;
  /** Values that the answers held. */
  readonly points: number;
  /** Since it was begun. */
  readonly ageSeconds: number;
  /**
   * The windows that ended in the last two minutes and after the last pause, their points, and the time since the first
   * of them did.
   */
  readonly recent: { readonly windows: number; readonly points: number; readonly seconds: number };
}

/** A window that nothing will be asked for any more, and why. */
export interface FailedWindow extends CollectRequest {
  readonly error: string;
  /** Whether there is an answer, which could not be decoded. */
  readonly isAnswered: boolean;
}

/** Rates are measured over so long. */
const RECENT_SECONDS = 120;

/** After so long without a window that ended, as in a pause or a ban, what was before says nothing about the pace. */
const PAUSE_SECONDS = 60;

export type BackfillReader = ReturnType<typeof createBackfillReader>;

export function createBackfillReader(sql: Sql) {
  /** Those of the backfills that the condition leaves, at most `limit`, the newest first. */
  async function findWhere(condition: Fragment, limit: number | null): Promise<BackfillProgress[]> {
    const rows = await sql<(Omit<BackfillProgress, 'recent'> & FurtherColumns)[]>`
      select collection.id, collection.requested_at as "requestedAt", collection.state,
        extract(epoch from now() - collection.requested_at)::float8 as "ageSeconds", windows.*,
        (select error from collection_window where id = windows."newestRetried") as "retriedError"
      from (
        select * from collection where origin = ${BACKFILL} and ${condition} order by requested_at desc limit ${limit}
      ) as collection
      cross join lateral (
        select coalesce(
          max(finished_at) filter (where finished_at - previous > ${PAUSE_SECONDS} * interval '1 second'),
          min(finished_at)
        ) as since
        from (
          select finished_at, lag(finished_at) over (order by finished_at) as previous
          from collection_window
          where collection_id = collection.id and status <> 'split'
            and finished_at > now() - ${RECENT_SECONDS} * interval '1 second'
        ) as ended
      ) as pace
      cross join lateral (
        select
          count(*) filter (where status = 'pending') as pending,
          count(*) filter (where status = 'pending' and enqueued_at is not null) as enqueued,
          count(*) filter (where status = 'pending' and error is not null) as retried,
          max(id) filter (where status = 'pending' and error is not null) as "newestRetried",
          count(*) filter (where status = 'fetched') as fetched,
          count(*) filter (where status = 'succeeded') as succeeded,
          count(*) filter (where status = 'succeeded' and outcome = 'no-data') as "noData",
          count(*) filter (where status = 'failed') as failed,
          coalesce(sum(points), 0)::bigint as points,
          count(*) filter (where is_recent) as "recentWindows",
          coalesce(sum(points) filter (where is_recent), 0)::bigint as "recentPoints",
          coalesce(extract(epoch from now() - min(finished_at) filter (where is_recent)), 0)::float8 as "recentSeconds"
        from (
          select *, finished_at >= pace.since as is_recent
          from collection_window
          where collection_id = collection.id and status <> 'split'
        ) as known
      ) as windows
      order by collection.requested_at desc`;
    return rows.map(({ recentWindows, recentPoints, recentSeconds, newestRetried: _, ...progress }) => ({
      ...progress,
      recent: { windows: recentWindows, points: recentPoints, seconds: recentSeconds },
    }));
  }

  return {
    /**
     * Backfills by the beginning of their id, the newest first; `''` finds all.
     *
     * @param limit - how many at most
     */
    async find(idPrefix: string, limit: number): Promise<BackfillProgress[]> {
      return findWhere(sql`starts_with(id::text, ${idPrefix.toLowerCase()})`, limit);
    },

    /** Backfills that have not ended, see `hasEnded`, the newest first. */
    async findUnfinished(): Promise<BackfillProgress[]> {
      // Along the indexes of open windows: those of backfills that have ended may be millions.
      const hasOpenWindows = sql`(
        (state <> 'cancelled' and exists (
          select from collection_window where collection_id = collection.id and status = 'pending'))
        or id in (select collection_id from collection_window where status = 'fetched')
      )`;
      return findWhere(hasOpenWindows, null);
    },

    /** Backfills with failed windows that nobody has got an answer for since, the newest first. */
    async findWithFailures(): Promise<BackfillProgress[]> {
      return findWhere(
        sql`state <> 'cancelled' and id in (
          select collection_id from collection_window as failed where status = 'failed' and not ${isAnsweredSince(sql)}
        )`,
        null,
      );
    },

    /** Windows that have failed for good, ordered by dataset, area and start. */
    async findFailed(id: string): Promise<FailedWindow[]> {
      const rows = await sql<(RequestRow & { error: string; isAnswered: boolean })[]>`
        select source, dataset, area, counter_area, window_start, window_end,
          coalesce(error, 'no reason') as error, raw_payload_id is not null as "isAnswered"
        from collection_window
        where collection_id = ${id} and status = 'failed'
        order by dataset, area, counter_area, window_start`;
      return rows.map((row) => ({ ...toRequest(row), error: row.error, isAnswered: row.isAnswered }));
    },

    /** What a backfill wants, ordered by dataset and area. */
    async findWanted(id: string): Promise<CollectRequest[]> {
      const rows = await sql<RequestRow[]>`
        select source, dataset, area, counter_area, wanted_from as window_start, wanted_to as window_end
        from collection_item
        where collection_id = ${id}
        order by dataset, area, counter_area`;
      return rows.map(toRequest);
    },
  };
}

interface FurtherColumns {
  readonly newestRetried: number | null;
  readonly recentWindows: number;
  readonly recentPoints: number;
  readonly recentSeconds: number;
}

/** Whether nothing of a backfill will change any more by itself. */
export function hasEnded({ state, pending, fetched }: BackfillProgress): boolean {
  return fetched === 0 && (pending === 0 || state === 'cancelled');
}
