import type { Sql } from '../connect.ts';
import { failedWindows } from './failed-windows.ts';
import { gapSeconds } from './gap-seconds.ts';
import { requestsOfLastMinute } from './requests-of-last-minute.ts';
import { countUndecodable } from './undecodable-answers.ts';

/** Where the work of all services stands, as far as PostgreSQL knows. */
export interface PipelineState {
  /** By the clock of the database, which dates all that is stored. */
  readonly now: Temporal.Instant;
  readonly windows: readonly WindowCount[];
  /** Answers that nobody has processed yet, without those that cannot be. */
  readonly unprocessedPayloads: number;
  /**
   * Answers that could not be decoded, without those that were replayed since, or followed by a processed answer to the
   * same request.
   */
  readonly failedPayloads: number;
  /** Requests that count against the budget at present, of each source with any; ordered by source. */
  readonly requestsLastMinute: readonly SourceRequests[];
  /** Sources that ever were silenced; the rest may be asked. */
  readonly blocks: readonly SourceBlock[];
  /** Ids of the sources that fail request after request. */
  readonly cutOffSources: readonly string[];
  /** One row per dataset and area (or border) that has points, ordered by them. */
  readonly lastInstants: readonly LastInstant[];
  /** One row per dataset and area (or border) of which something is wanted, ordered by them. */
  readonly gaps: readonly Gap[];
  /** When a scheduler last completed a round; null if none ever did. */
  readonly lastRoundAt: Temporal.Instant | null;
}

/** A dataset of an area, or of the border to another; EICs. */
interface Item {
  readonly dataset: string;
  readonly area: string;
  readonly counterArea: string | null;
}

export interface WindowCount {
  readonly dataset: string;
  /**
   * `pending`, `fetched`: at present; `paused`: pending, of a collection that an operator holds; the rest ended within
   * the last 24 hours.
   */
  readonly status: 'pending' | 'paused' | 'fetched' | 'succeeded' | 'failed' | 'split';
  readonly count: number;
}

export interface SourceRequests {
  readonly source: string;
  readonly count: number;
}

export interface SourceBlock {
  readonly source: string;
  /** May be past. */
  readonly blockedUntil: Temporal.Instant;
}

export interface LastInstant extends Item {
  /** Start of the last point that is stored. */
  readonly startsAt: Temporal.Instant;
}

export interface Gap extends Item {
  /** Length of the time that is wanted, is past, and was never answered. */
  readonly seconds: number;
}

export type PipelineStateReader = ReturnType<typeof createPipelineStateReader>;

export function createPipelineStateReader(sql: Sql) {
  /** Reads what indexes hold and what is small: no table of points, and no row of a window that ended long ago. */
  return async function readPipelineState(): Promise<PipelineState> {
    const [windows, payloads, requests, blocks, cutOff, lastInstants, gaps, round] = await Promise.all([
      countWindows(),
      sql<{ now: Temporal.Instant; unprocessed: number; failed: number }[]>`
        select clock_timestamp() as now,
          (select count(*) from raw_payload where processed_at is null and error is null) as unprocessed,
          (${countUndecodable(sql)}) as failed`,
      sql<SourceRequests[]>`${requestsOfLastMinute(sql)} order by source`,
      sql<SourceBlock[]>`
        select source, blocked_until as "blockedUntil" from source_block order by source`,
      sql<{ source: string }[]>`
        select source from source_circuit where opened_at is not null order by source`,
      sql<LastInstant[]>`
        select dataset, area, counter_area as "counterArea", max(last_starts_at) as "startsAt"
        from series
        where last_starts_at is not null
        group by dataset, area, counter_area
        order by dataset, area, counter_area`,
      sql<Gap[]>`
        select dataset, area, counter_area as "counterArea", ${gapSeconds(sql)} as seconds
        from coverage
        where not isempty(wanted)
        order by dataset, area, counter_area`,
      sql<{ completedAt: Temporal.Instant }[]>`
        select completed_at as "completedAt" from scheduler_round`,
    ]);
    const [counts] = payloads;
    if (counts === undefined) throw new Error('counting payloads returned no row');
    return {
      now: counts.now,
      windows,
      unprocessedPayloads: counts.unprocessed,
      failedPayloads: counts.failed,
      requestsLastMinute: requests,
      blocks,
      cutOffSources: cutOff.map(({ source }) => source),
      lastInstants,
      gaps,
      lastRoundAt: round[0]?.completedAt ?? null,
    };
  };

  /** Each part has an index of its own. */
  async function countWindows(): Promise<WindowCount[]> {
    return sql<WindowCount[]>`
      select dataset, case when state = 'paused' then 'paused' else 'pending' end as status, count(*)
      from collection_window
      left join collection on collection.id = collection_id
      where status = 'pending' and state is distinct from 'cancelled'
      group by 1, 2
      union all
      select dataset, status, count(*) from collection_window where status = 'fetched' group by 1, 2
      union all
      select dataset, status, count(*)
      from collection_window
      where finished_at > now() - interval '24 hours' and status in ('succeeded', 'split')
      group by 1, 2
      union all
      select dataset, status, count(*) from (${failedWindows(sql)}) as failed group by 1, 2
      order by 1, 2`;
  }
}
