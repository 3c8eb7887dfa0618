import type { CollectRequest, Priority } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { type RequestRow, toRequest } from '../request-row.ts';
import { isSimulatedDatabase } from '../simulated-database.ts';
import { type BackfillProgress, createBackfillReader } from './backfill.ts';
import { failedWindows } from './failed-windows.ts';
import { gapSeconds } from './gap-seconds.ts';
import { requestsOfLastMinute } from './requests-of-last-minute.ts';
import { countUndecodable } from './undecodable-answers.ts';

/** What PostgreSQL knows of how the work goes, for a person or for whoever watches over it. Judges nothing. */
export interface StatusFacts {
  /** By the server's clock, the one that all times here are from. */
  readonly now: Temporal.Instant;
  /** Whether the database is, by its name, one of data that the simulator of the platform made up. */
  readonly isSimulated: boolean;
  /** When a scheduler last completed a round; null if none ever did. */
  readonly lastRoundAt: Temporal.Instant | null;
  /** Ordered by id: those that something was ever wanted of, or that failed. */
  readonly sources: readonly SourceFacts[];
  /** The most urgent first; a priority without windows is left out. */
  readonly backlog: readonly PriorityBacklog[];
  readonly answers: AnswerBacklog;
  /** Ordered by dataset and area: what is wanted, was asked for, or has points. */
  readonly items: readonly ItemFacts[];
  /** Those that have not ended, the newest first. */
  readonly backfills: readonly BackfillProgress[];
  /** The newest windows that failed for good within the last 24 hours and were neither answered nor cancelled since, the newest first. */
  readonly failures: readonly RecentFailure[];
}

export interface SourceFacts {
  readonly source: string;
  /** Requests that count against its budget at present: that ended within the last minute, or are under way. */
  readonly requestsLastMinute: number;
  /** When its newest answer was received, or a window last failed without one; null if neither ever was. */
  readonly lastAskedAt: Temporal.Instant | null;
  /** Since when the oldest window waits that has been in the queue for half a minute, and that nobody has tried to ask for. */
  readonly oldestUntriedAt: Temporal.Instant | null;
  /** Of the windows that wait after an attempt that failed, since when the oldest is wanted, and the error of the newest; null if none does. */
  readonly retried: { readonly since: Temporal.Instant; readonly error: string } | null;
  /** Until when nothing may be asked of it, and why; null if it may be asked. */
  readonly block: { readonly until: Temporal.Instant; readonly reason: string } | null;
  /** Since when it fails request after request; null if it does not. */
  readonly cutOffSince: Temporal.Instant | null;
}

/** Windows of one priority. */
export interface PriorityBacklog {
  readonly priority: Priority;
  /** Wait to be asked for, without those that are held. */
  readonly pending: number;
  /** Of those that wait, the ones that were tried and not answered. They are tried again. */
  readonly retried: number;
  readonly oldestPendingAt: Temporal.Instant | null;
  /** Wait, and are held by an operator. */
  readonly paused: number;
  /** Answered, and not yet processed. */
  readonly fetched: number;
  /** Ended within the last 24 hours without an answer, and were neither answered nor cancelled since. */
  readonly failed: number;
  /** Ended within the last 24 hours with an answer that could not be decoded, and were neither answered with data nor cancelled since. */
  readonly undecodable: number;
}

export interface AnswerBacklog {
  /** Nobody has processed them yet. */
  readonly unprocessed: number;
  readonly oldestUnprocessedAt: Temporal.Instant | null;
  /** When an answer was last processed, or a window failed with one that could not be decoded; null if neither ever was. */
  readonly lastProcessedAt: Temporal.Instant | null;
  /**
   * Could not be decoded, of any age; without those that were replayed since, or followed by a processed answer with data to the same
   * request.
   */
  readonly undecodable: number;
}

/** A dataset of an area, or of the border to another; EICs. */
export interface ItemFacts {
  readonly source: string;
  readonly dataset: string;
  readonly area: string;
  readonly counterArea: string | null;
  /** Start of the last stored point; null if there is none. */
  readonly lastStartsAt: Temporal.Instant | null;
  /** When the newest answer was asked for, whoever wanted it; null if there is none. */
  readonly lastAskedAt: Temporal.Instant | null;
  readonly lastOutcome: 'data' | 'no-data' | null;
  /** Length of the time that is wanted, past, and was never answered. */
  readonly gapSeconds: number;
  /** The scheduler's window with the latest start; null if it never kept this item current. */
  readonly poll: LatestPoll | null;
}

export interface LatestPoll {
  readonly status: 'pending' | 'fetched' | 'succeeded' | 'failed' | 'split';
  readonly requestedAt: Temporal.Instant;
  /** Why it failed, or why it has to wait. */
  readonly error: string | null;
}

export interface RecentFailure {
  readonly failedAt: Temporal.Instant;
  readonly request: CollectRequest;
  readonly error: string;
}

export type StatusFactsReader = ReturnType<typeof createStatusFactsReader>;

/** Failures that are named; `backlog` counts all. */
const NEWEST_FAILURES = 20;

export function createStatusFactsReader(sql: Sql) {
  const { findUnfinished } = createBackfillReader(sql);

  /** Reads what indexes hold and what is small: no table of points, and no window that succeeded long ago. */
  return async function readStatusFacts(): Promise<StatusFacts> {
    const [overall, sources, backlog, items, backfills, failures] = await Promise.all([
      readOverall(),
      findSources(),
      countWindows(),
      findItems(),
      findUnfinished(),
      findFailures(),
    ]);
    return { ...overall, sources, backlog, items, backfills, failures };
  };

  async function readOverall(): Promise<
    Pick<StatusFacts, 'now' | 'isSimulated' | 'lastRoundAt' | 'answers'>
  > {
    const [row] = await sql<
      (AnswerBacklog & Pick<StatusFacts, 'now' | 'lastRoundAt'> & { database: string })[]
    >`
      select clock_timestamp() as now, current_database()::text as database, (select completed_at from scheduler_round) as "lastRoundAt",
        waiting.count as unprocessed, waiting.oldest as "oldestUnprocessedAt",
        greatest(
          (select max(processed_at) from raw_payload),
          (select max(finished_at) from collection_window where status = 'failed' and raw_payload_id is not null)
        ) as "lastProcessedAt",
        (${countUndecodable(sql)}) as undecodable
      from (
        select count(*), min(received_at) as oldest from raw_payload where processed_at is null and error is null
      ) as waiting`;
    if (row === undefined) throw new Error('counting answers returned no row');
    const { now, database, lastRoundAt, ...answers } = row;
    return { now, isSimulated: isSimulatedDatabase(database), lastRoundAt, answers };
  }

  async function findSources(): Promise<SourceFacts[]> {
    const rows = await sql<
      {
        source: string;
        requestsLastMinute: number;
        lastAskedAt: Temporal.Instant | null;
        oldestUntriedAt: Temporal.Instant | null;
        retriedSince: Temporal.Instant | null;
        retriedError: string | null;
        blockedUntil: Temporal.Instant | null;
        reason: string | null;
        cutOffSince: Temporal.Instant | null;
      }[]
    >`
      with untried as (
        select source, min(requested_at) as oldest
        from collection_window
        where status = 'pending' and error is null and enqueued_at < now() - interval '30 seconds'
        group by source
      ),
      retried as (
        select source, min(collection_window.requested_at) as since,
          (array_agg(error order by collection_window.requested_at desc))[1] as error
        from collection_window
        left join collection on collection.id = collection_id
        where status = 'pending' and error is not null and coalesce(state, 'running') = 'running'
        group by source
      ),
      failed as (
        select source, max(finished_at) as finished_at
        from collection_window
        where status = 'failed' and raw_payload_id is null and finished_at > now() - interval '24 hours'
        group by source
      ),
      newest as (
        select source, max(stored.received_at) as received_at
        from (select distinct source, dataset from coverage) as asked
        cross join lateral (
          select received_at from raw_payload
          where source = asked.source and dataset = asked.dataset
          order by received_at desc
          limit 1
        ) as stored
        group by source
      )
      select known.source, coalesce(requests.count, 0) as "requestsLastMinute",
        greatest(newest.received_at, failed.finished_at) as "lastAskedAt", untried.oldest as "oldestUntriedAt",
        retried.since as "retriedSince", retried.error as "retriedError",
        blocked_until as "blockedUntil", reason, opened_at as "cutOffSince"
      from (
        select source from coverage union select source from source_block union select source from source_circuit
        union select source from untried union select source from retried
      ) as known
      left join untried on untried.source = known.source
      left join retried on retried.source = known.source
      left join newest on newest.source = known.source
      left join failed on failed.source = known.source
      left join source_block on source_block.source = known.source and blocked_until > now()
      left join source_circuit on source_circuit.source = known.source
      left join (${requestsOfLastMinute(sql)}) as requests on requests.source = known.source
      order by known.source`;
    return rows.map(({ retriedSince, retriedError, blockedUntil, reason, ...source }) => ({
      ...source,
      retried:
        retriedSince === null || retriedError === null ? null : { since: retriedSince, error: retriedError },
      block: blockedUntil === null || reason === null ? null : { until: blockedUntil, reason },
    }));
  }

  /** Each part has an index of its own. */
  async function countWindows(): Promise<PriorityBacklog[]> {
    return sql<PriorityBacklog[]>`
      select priority, ${total('pending')} as pending, coalesce(sum(retried), 0)::integer as retried,
        min(oldest) as "oldestPendingAt", ${total('paused')} as paused,
        ${total('fetched')} as fetched, ${total('failed')} as failed, ${total('undecodable')} as undecodable
      from (
        select priority, case when state = 'paused' then 'paused' else 'pending' end as part, count(*),
          min(collection_window.requested_at) filter (where state is distinct from 'paused') as oldest,
          count(*) filter (where state is distinct from 'paused' and error is not null) as retried
        from collection_window
        left join collection on collection.id = collection_id
        where status = 'pending' and state is distinct from 'cancelled'
        group by 1, 2
        union all
        select priority, 'fetched', count(*), null, 0 from collection_window where status = 'fetched' group by 1
        union all
        select priority, case when raw_payload_id is null then 'failed' else 'undecodable' end, count(*), null, 0
        from (${failedWindows(sql)}) as failed
        group by 1, 2
      ) as parts
      group by priority
      order by array_position(array['live', 'heal', 'backfill'], priority)`;
  }

  function total(part: keyof PriorityBacklog) {
    return sql`coalesce(sum(count) filter (where part = ${part}), 0)::integer`;
  }

  async function findItems(): Promise<ItemFacts[]> {
    const rows = await sql<(Omit<ItemFacts, 'poll'> & { [K in keyof LatestPoll]: LatestPoll[K] | null })[]>`
      select source, dataset, area, nullif(border, '') as "counterArea", "lastStartsAt", "lastAskedAt", "lastOutcome",
        coalesce(gap_seconds, 0) as "gapSeconds", poll.status, poll.requested_at as "requestedAt", poll.error
      from (
        select source, dataset, area, coalesce(counter_area, '') as border, max(last_starts_at) as "lastStartsAt"
        from series
        group by 1, 2, 3, 4
      ) as stored
      full join (
        select source, dataset, area, coalesce(counter_area, '') as border, last_asked_at as "lastAskedAt",
          last_outcome as "lastOutcome", ${gapSeconds(sql)} as gap_seconds
        from coverage
      ) as ledger using (source, dataset, area, border)
      left join lateral (
        -- In the order of the index of scheduled windows: one row is read.
        select status, requested_at, error
        from collection_window
        where collection_id is null and counter_area is null and collection_window.source = coalesce(stored.source, ledger.source)
          and collection_window.dataset = coalesce(stored.dataset, ledger.dataset)
          and collection_window.area = coalesce(stored.area, ledger.area)
        order by counter_area desc, window_start desc
        limit 1
      ) as poll on border = ''
      order by dataset, area, border`;
    return rows.map(({ status, requestedAt, error, ...item }) => ({
      ...item,
      poll: status === null || requestedAt === null ? null : { status, requestedAt, error },
    }));
  }

  async function findFailures(): Promise<RecentFailure[]> {
    const rows = await sql<(RequestRow & { failedAt: Temporal.Instant; error: string })[]>`
      select finished_at as "failedAt", source, dataset, area, counter_area, window_start, window_end,
        coalesce(error, 'no reason') as error
      from (${failedWindows(sql)}) as failed
      order by finished_at desc
      limit ${NEWEST_FAILURES}`;
    return rows.map(({ failedAt, error, ...row }) => ({ failedAt, request: toRequest(row), error }));
  }
}
