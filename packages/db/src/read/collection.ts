import type { TimeWindow } from '@energy-data-service/domain';
import type { Sql } from '../connect.ts';
import { instantText } from './instant-text.ts';

/** How far a collection has come. */
export interface CollectionProgress {
  readonly id: string;
  /**
   * Ordered by start. Windows that were split are left out in favour of their parts; those that a cancelled collection
   * still waited for have failed.
   */
  readonly windows: readonly CollectionProgressWindow[];
}

export interface CollectionProgressWindow extends TimeWindow {
  readonly status: 'pending' | 'fetched' | 'succeeded' | 'failed';
  readonly outcome: 'stored' | 'no-data' | 'failed' | null;
  /** Points that the answer held; null before it is processed. */
  readonly points: number | null;
  /** Why it failed; of one that waits, why it may not be asked for at present, or else why it was tried in vain. */
  readonly error: string | null;
}

export type CollectionReader = ReturnType<typeof createCollectionReader>;

export function createCollectionReader(sql: Sql) {
  return {
    /** @param id - a UUID */
    async find(id: string): Promise<CollectionProgress | undefined> {
      const [collection] = await sql`select from collection where id = ${id}`;
      if (collection === undefined) return undefined;
      const windows = await sql<CollectionProgressWindow[]>`
        select window_start as "from", window_end as "to", points,
          case when is_given_up then 'failed' else status end as status,
          case when is_given_up then 'failed' else outcome end as outcome,
          case
            when is_given_up then 'cancelled'
            when status = 'pending' and blocked_until > now()
              then format('%s may not be asked until %s: %s', source, ${instantText(sql, 'blocked_until', 'UTC')}, reason)
            else error
          end as error
        from (
          select collection_window.*, blocked_until, reason, state = 'cancelled' and status = 'pending' as is_given_up
          from collection_window
          join collection on collection.id = collection_id
          left join source_block using (source)
          where collection_id = ${id} and status <> 'split'
        ) as progress
        order by window_start, id`;
      return { id, windows };
    },
  };
}
