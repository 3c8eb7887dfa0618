import type { CollectRequest } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { type RequestRow, toRequest } from '../request-row.ts';
import { isReplaced } from './undecodable-answers.ts';

/** A stored answer that nobody has processed, or could process. */
export interface StoredAnswerState {
  readonly id: number;
  readonly request: CollectRequest;
  readonly receivedAt: Temporal.Instant;
  readonly state: 'waiting' | 'processed' | 'failed';
  /** Why it could not be decoded; null unless it has failed. */
  readonly error: string | null;
  /** Whether a later answer with data to the same request was processed, which most likely holds what this one did. */
  readonly isReplaced: boolean;
}

/** Which answers are meant; an absent list allows all. */
export interface FailedAnswerFilter {
  readonly datasets?: readonly string[] | undefined;
  /** EICs */
  readonly areas?: readonly string[] | undefined;
}

interface AnswerStateRow extends RequestRow, Omit<StoredAnswerState, 'request'> {}

export type StoredAnswerStateReader = ReturnType<typeof createStoredAnswerStateReader>;

export function createStoredAnswerStateReader(sql: Sql) {
  const columns = sql`
    id, source, dataset, area, counter_area, window_start, window_end, received_at as "receivedAt", error,
    case when processed_at is not null then 'processed' when error is null then 'waiting' else 'failed' end as state,
    ${isReplaced(sql)} as "isReplaced"`;

  return {
    /** Those of these ids that exist, in the order in which they were received. */
    async find(ids: readonly number[]): Promise<StoredAnswerState[]> {
      const rows = await sql<AnswerStateRow[]>`
        select ${columns} from raw_payload as answer where id = any(${ids}::bigint[]) order by received_at, id`;
      return rows.map(toState);
    },

    /** Answers that could not be decoded, in the order in which they were received. */
    async findFailed({ datasets, areas }: FailedAnswerFilter): Promise<StoredAnswerState[]> {
      const rows = await sql<AnswerStateRow[]>`
        select ${columns}
        from raw_payload as answer
        where processed_at is null and error is not null
          ${datasets === undefined ? sql`` : sql`and dataset = any(${datasets}::text[])`}
          ${areas === undefined ? sql`` : sql`and area = any(${areas}::text[])`}
        order by received_at, id`;
      return rows.map(toState);
    },
  };
}

function toState({ id, receivedAt, state, error, isReplaced, ...row }: AnswerStateRow): StoredAnswerState {
  return { id, request: toRequest(row), receivedAt, state, error, isReplaced };
}
