import type { CollectRequest, TimeWindow } from '@energy-data-service/domain';
import type { Sql, Transaction } from './connect.ts';
import { requestRows } from './request-row.ts';
import { notifyWindowOpened } from './window-opened.ts';

/** What makes a collection a backfill. */
export const BACKFILL = 'backfill';

/** History that a backfill wants of one dataset of one area (or border). */
export interface BackfillItem extends Omit<CollectRequest, 'window'> {
  readonly wanted: TimeWindow;
  /** What has to be asked for; none if all of it is there. */
  readonly windows: readonly TimeWindow[];
}

export type CollectionRepository = ReturnType<typeof createCollectionRepository>;

export function createCollectionRepository(sql: Sql) {
  return {
    /**
     * Records a backfill, for the scheduler to put into the queue. A window that has been answered for somebody else, and
     * only waits to be processed, is not asked for again.
     *
     * @param again - ask for that, too
     * @returns the collection's id (a UUID)
     */
    async createBackfill(items: readonly BackfillItem[], again = false): Promise<string> {
      const requests = items.flatMap(({ windows, ...item }) =>
        windows.map((window) => ({ ...item, window })),
      );
      return sql.begin(async (transaction) => {
        const [collection] = await transaction<{ id: string }[]>`
          insert into collection (origin) values (${BACKFILL}) returning id`;
        if (collection === undefined) throw new Error('insert into collection returned no row');
        await transaction`
          insert into collection_item (collection_id, source, dataset, area, counter_area, wanted_from, wanted_to)
          select ${collection.id}, *
          from ${requestRows(
            sql,
            items.map((item) => ({ ...item, window: item.wanted })),
          )}`;
        await transaction`
          insert into collection_window
            (collection_id, source, dataset, area, counter_area, window_start, window_end, priority)
          select ${collection.id}, *, 'backfill'
          from ${requestRows(sql, requests)}`;
        if (!again) await joinAnswers(transaction, collection.id);
        await notifyWindowOpened(transaction);
        return collection.id;
      });
    },

    /**
     * Holds a running collection: from now on nothing more is asked for it. What is being asked at this moment is
     * answered, and so is what others ask for as well.
     *
     * @returns whether it was running
     */
    async pause(id: string): Promise<boolean> {
      return sql.begin(async (transaction) => {
        const { count } = await transaction`
          update collection set state = 'paused' where id = ${id} and state = 'running'`;
        if (count > 0) await notifyWindowOpened(transaction);
        return count > 0;
      });
    },

    /**
     * Goes on with a paused collection.
     *
     * @returns whether it was paused
     */
    async resume(id: string): Promise<boolean> {
      return sql.begin(async (transaction) => {
        const { count } = await transaction`
          update collection set state = 'running' where id = ${id} and state = 'paused'`;
        if (count === 0) return false;
        // The jobs that they had were taken out of the queue, or have come up and found nothing to ask for.
        await transaction`
          update collection_window set enqueued_at = null
          where collection_id = ${id} and status = 'pending' and enqueued_at is not null`;
        await notifyWindowOpened(transaction);
        return true;
      });
    },

    /**
     * Ends a collection for good, as `pause` does for a time.
     *
     * @returns whether it was not cancelled already
     */
    async cancel(id: string): Promise<boolean> {
      return sql.begin(async (transaction) => {
        const { count } = await transaction`
          update collection set state = 'cancelled' where id = ${id} and state <> 'cancelled'`;
        if (count > 0) await notifyWindowOpened(transaction);
        return count > 0;
      });
    },

    /**
     * Opens the failed windows of a collection again. A request that is under way does not count as the answer.
     *
     * @returns how many were opened
     */
    async retry(id: string): Promise<number> {
      return sql.begin(async (transaction) => {
        const { count } = await transaction`
          update collection_window
          set status = 'pending', requested_at = now(), outcome = null, points = null, error = null,
            raw_payload_id = null, enqueued_at = null, finished_at = null
          where collection_id = ${id} and status = 'failed'`;
        if (count > 0) await notifyWindowOpened(transaction);
        return count;
      });
    },
  };
}

/**
 * Gives windows of a collection the answers to their requests that nobody has processed yet. An answer that is locked is
 * being processed: whoever does that may have told the windows already. (Or another backfill of the same begins just now.)
 */
async function joinAnswers(transaction: Transaction, collectionId: string): Promise<void> {
  await transaction`
    with answer as materialized (
      select id, source, dataset, area, counter_area, window_start, window_end
      from raw_payload
      where processed_at is null and error is null and exists (
        select from collection_window as wanted
        where wanted.collection_id = ${collectionId}
          and wanted.dataset = raw_payload.dataset and wanted.area = raw_payload.area
          and wanted.source = raw_payload.source and wanted.counter_area is not distinct from raw_payload.counter_area
          and wanted.window_start = raw_payload.window_start and wanted.window_end = raw_payload.window_end
      )
      for no key update of raw_payload skip locked
    )
    update collection_window as wanted
    set status = 'fetched', raw_payload_id = newest.id
    from (
      select max(id) as id, source, dataset, area, counter_area, window_start, window_end
      from answer
      group by source, dataset, area, counter_area, window_start, window_end
    ) as newest
    where wanted.collection_id = ${collectionId}
      and wanted.dataset = newest.dataset and wanted.area = newest.area and wanted.source = newest.source
      and wanted.counter_area is not distinct from newest.counter_area
      and wanted.window_start = newest.window_start and wanted.window_end = newest.window_end`;
}
