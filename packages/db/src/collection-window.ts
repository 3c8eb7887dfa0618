import type { CollectRequest, Priority, TimeWindow } from '@energy-data-service/domain';
import type { Sql } from './connect.ts';
import { type RequestRow, requestRows, toRequest } from './request-row.ts';
import { notifyWindowOpened } from './window-opened.ts';

/** A request that some window waits for. */
export interface PendingRequest {
  readonly request: CollectRequest;
  readonly priority: Priority;
}

/** A window that the scheduler wants asked for again once so many minutes have passed. */
export interface ScheduledWindow extends PendingRequest {
  readonly everyMinutes: number;
}

export type CollectionWindowRepository = ReturnType<typeof createCollectionWindowRepository>;

export function createCollectionWindowRepository(sql: Sql) {
  /** The rows that ask for exactly this. */
  function asksFor({ source, dataset, area, counterArea, window }: CollectRequest) {
    return sql`
      dataset = ${dataset} and area = ${area} and counter_area is not distinct from ${counterArea}
      and source = ${source} and window_start = ${window.from} and window_end = ${window.to}`;
  }

  /** Leaves out what is wanted by nobody but collections that are paused or cancelled. */
  function isNotHeld() {
    return sql`not exists (
      select from collection where collection.id = collection_window.collection_id and collection.state <> 'running'
    )`;
  }

  /**
   * The most urgent priority of the windows that wait for this request; undefined if none does, as one of a paused
   * or cancelled collection does not.
   */
  async function findPriority(request: CollectRequest): Promise<Priority | undefined> {
    const [row] = await sql<{ priority: Priority }[]>`
      select priority from collection_window
      where ${asksFor(request)} and status = 'pending' and ${isNotHeld()}
      order by array_position(array['live', 'heal', 'backfill'], priority)
      limit 1`;
    return row?.priority;
  }

  /** Of the open windows, as `stored`, those that ask for one of these. */
  function askForOneOf(requests: readonly CollectRequest[]) {
    return sql`
      from ${requestRows(sql, requests)} as request (source, dataset, area, counter_area, window_start, window_end)
      where stored.status = 'pending'
        and stored.source = request.source and stored.dataset = request.dataset
        and stored.area = request.area and stored.counter_area is not distinct from request.counter_area
        and stored.window_start = request.window_start and stored.window_end = request.window_end`;
  }

  return {
    /**
     * Opens the scheduled windows that are due: those never asked for, and those whose last request lies
     * `everyMinutes` or more back by the server's clock. Open windows are left alone.
     *
     * @returns how many were opened
     */
    async schedule(windows: readonly ScheduledWindow[]): Promise<number> {
      if (windows.length === 0) return 0;
      const { count } = await sql`
        insert into collection_window as stored
          (source, dataset, area, counter_area, window_start, window_end, priority)
        select distinct on (source, dataset, area, counter_area, window_start, window_end)
          source, dataset, area, counter_area, window_start, window_end, priority
        from unnest(
          ${windows.map(({ request }) => request.source)}::text[],
          ${windows.map(({ request }) => request.dataset)}::text[],
          ${windows.map(({ request }) => request.area)}::text[],
          ${windows.map(({ request }) => request.counterArea)}::text[],
          ${windows.map(({ request }) => request.window.from.toString())}::text[]::timestamptz[],
          ${windows.map(({ request }) => request.window.to.toString())}::text[]::timestamptz[],
          ${windows.map(({ priority }) => priority)}::text[],
          ${windows.map(({ everyMinutes }) => everyMinutes)}::integer[]
        ) as due (source, dataset, area, counter_area, window_start, window_end, priority, every_minutes)
        where not exists (
          select from collection_window as recent
          where recent.collection_id is null
            and recent.dataset = due.dataset and recent.area = due.area and recent.source = due.source
            and recent.counter_area is not distinct from due.counter_area
            and recent.window_start = due.window_start and recent.window_end = due.window_end
            and (
              recent.status in ('pending', 'fetched')
              or recent.requested_at > now() - due.every_minutes * interval '1 minute'
            )
        )
        order by source, dataset, area, counter_area, window_start, window_end,
          array_position(array['live', 'heal', 'backfill'], priority)
        on conflict (dataset, area, counter_area, window_start, window_end, source) where collection_id is null
        do update set status = 'pending', priority = excluded.priority, requested_at = now(), outcome = null,
          points = null, error = null, raw_payload_id = null, enqueued_at = null, finished_at = null
        where stored.status not in ('pending', 'fetched')`;
      return count;
    },

    /**
     * Records an explicit collection with its windows, all open.
     *
     * @returns the collection's id (a UUID)
     */
    async createCollection(
      origin: string,
      { source, dataset, area, counterArea }: Omit<CollectRequest, 'window'>,
      windows: readonly TimeWindow[],
      priority: Priority,
    ): Promise<string> {
      return sql.begin(async (transaction) => {
        const [collection] = await transaction<{ id: string }[]>`
          insert into collection (origin) values (${origin}) returning id`;
        if (collection === undefined) throw new Error('insert into collection returned no row');
        await transaction`
          insert into collection_window
            (collection_id, source, dataset, area, counter_area, window_start, window_end, priority)
          select ${collection.id}, ${source}, ${dataset}, ${area}, ${counterArea}, window_start, window_end, ${priority}
          from unnest(
            ${windows.map(({ from }) => from.toString())}::text[]::timestamptz[],
            ${windows.map(({ to }) => to.toString())}::text[]::timestamptz[]
          ) as wanted (window_start, window_end)`;
        await notifyWindowOpened(transaction);
        return collection.id;
      });
    },

    findPriority,

    /** Keeps the reason why an open window has not been answered yet, for whoever looks. */
    async noteError(request: CollectRequest, error: string): Promise<void> {
      await sql`
        update collection_window set error = ${error} where ${asksFor(request)} and status = 'pending'`;
    },

    /**
     * Ends the open windows that ask for this: they will not be asked for again.
     *
     * @param begunAt - when the attempt began that failed, by the server's clock: windows that were opened since stay
     * open
     */
    async fail(request: CollectRequest, error: string, begunAt: Temporal.Instant): Promise<void> {
      await sql`
        update collection_window
        set status = 'failed', outcome = 'failed', error = ${error}, finished_at = now()
        where ${asksFor(request)} and status = 'pending'
          and requested_at <= ${begunAt}`;
    },

    /**
     * Opens again the windows that ask for this and failed without an answer.
     *
     * @returns the most urgent priority of those, undefined if there is none
     */
    async reopen(request: CollectRequest): Promise<Priority | undefined> {
      // The time of the request stays: an attempt that begins now is to answer it.
      await sql`
        update collection_window
        set status = 'pending', outcome = null, finished_at = null
        where ${asksFor(request)} and status = 'failed' and raw_payload_id is null and ${isNotHeld()}`;
      return findPriority(request);
    },

    /** Replaces the open windows that ask for this by smaller ones. */
    async split(request: CollectRequest, windows: readonly TimeWindow[], reason: string): Promise<void> {
      await sql.begin(async (transaction) => {
        const starts = windows.map(({ from }) => from.toString());
        const ends = windows.map(({ to }) => to.toString());
        await transaction`
          with parent as (
            update collection_window
            set status = 'split', error = ${reason}, finished_at = now()
            where ${asksFor(request)} and status = 'pending'
            returning *
          )
          insert into collection_window as stored (
            collection_id, parent_id, source, dataset, area, counter_area, window_start, window_end, priority
          )
          select parent.collection_id, parent.id, parent.source, parent.dataset, parent.area,
            parent.counter_area, part.window_start, part.window_end, parent.priority
          from parent
          cross join unnest(${starts}::text[]::timestamptz[], ${ends}::text[]::timestamptz[])
            as part (window_start, window_end)
          on conflict (dataset, area, counter_area, window_start, window_end, source) where collection_id is null
          do update set status = 'pending', priority = excluded.priority, requested_at = now(), outcome = null,
            points = null, error = null, raw_payload_id = null, enqueued_at = null, finished_at = null
          where stored.status not in ('pending', 'fetched')`;
        await notifyWindowOpened(transaction);
      });
    },

    /**
     * Requests of a source that windows of these priorities wait for, each once with its most urgent priority: the most
     * urgent first. Of equals the datasets and areas of the collections take turns, so that neither one window is
     * behind years of another collection, nor a backfill behind one area that always fails; each in the order of its
     * windows. Windows of paused and cancelled collections do not wait.
     *
     * @param notEnqueuedForMs - leave out those that were put into the queue less than so long ago; 0 leaves
     * out none
     * @param perItem - of a dataset and an area, no more than so many together with those that are in the queue
     */
    async findPending(
      source: string,
      priorities: readonly Priority[],
      notEnqueuedForMs: number,
      limit: number,
      perItem = limit,
    ): Promise<PendingRequest[]> {
      const waits = sql`
        source = ${source} and status = 'pending' and priority = any(${priorities}::text[])
        and (enqueued_at is null or enqueued_at <= now() - ${notEnqueuedForMs} * interval '1 millisecond')`;
      // Of each item no more than could be returned, along its index: a backfill may have 100,000 windows.
      const rows = await sql<(Omit<RequestRow, 'source'> & { priority: Priority })[]>`
        with item as (
          select distinct collection_id, dataset, area
          from collection_window
          where status = 'pending' and collection_id in (select id from collection where state = 'running')
        ),
        enqueued as (
          select dataset, area, count(*) as windows
          from collection_window
          where source = ${source} and status = 'pending' and enqueued_at is not null
          group by dataset, area
        ),
        waiting as (
          select of_item.*
          from item
          left join enqueued using (dataset, area)
          cross join lateral (
            select *, row_number() over (order by id) as turn
            from collection_window
            where collection_id = item.collection_id and dataset = item.dataset and area = item.area and ${waits}
            order by id
            limit least(${limit}, greatest(0, ${perItem} - coalesce(enqueued.windows, 0)))
          ) as of_item
          union all
          select * from (
            select *, row_number() over (partition by dataset, area order by id) as turn
            from collection_window
            where collection_id is null and ${waits}
            order by id
            limit ${limit}
          ) as scheduled
        ),
        taking_turns as (
          select *, row_number() over (partition by dataset, area, priority order by turn, id) as item_turn
          from waiting
        )
        select dataset, area, counter_area, window_start, window_end,
          (array_agg(priority order by array_position(array['live', 'heal', 'backfill'], priority)))[1] as priority
        from taking_turns
        group by dataset, area, counter_area, window_start, window_end
        order by min(array_position(array['live', 'heal', 'backfill'], priority)), min(item_turn), min(id)
        limit ${limit}`;
      return rows.map((row) => ({ priority: row.priority, request: toRequest({ ...row, source }) }));
    },

    /**
     * Number of distinct requests of a source that windows of these priorities wait for and that were put into the
     * queue.
     */
    async countEnqueued(source: string, priorities: readonly Priority[]): Promise<number> {
      const [row] = await sql<{ count: number }[]>`
        select count(*) from (
          select distinct dataset, area, counter_area, window_start, window_end
          from collection_window
          where source = ${source} and status = 'pending' and enqueued_at is not null and ${isNotHeld()}
            and priority = any(${priorities}::text[])
        ) as request`;
      return row?.count ?? 0;
    },

    /** Forgets that open windows of a source were put into the queue, because the queue lost them. */
    async forgetEnqueued(source: string): Promise<void> {
      await sql`
        update collection_window set enqueued_at = null
        where source = ${source} and status = 'pending' and enqueued_at is not null`;
    },

    /** Notes that jobs for these requests are in the queue. */
    async markEnqueued(requests: readonly CollectRequest[]): Promise<void> {
      if (requests.length === 0) return;
      await sql`update collection_window as stored set enqueued_at = now() ${askForOneOf(requests)}`;
    },

    /**
     * Requests of a source that were put into the queue, and that only windows of paused and cancelled collections
     * wait for.
     */
    async findEnqueuedInVain(source: string, limit: number): Promise<CollectRequest[]> {
      const rows = await sql<RequestRow[]>`
        select distinct source, dataset, area, counter_area, window_start, window_end
        from collection_window as held
        where source = ${source} and status = 'pending' and enqueued_at is not null
          and collection_id in (select id from collection where state <> 'running')
          and not exists (
            select from collection_window
            where dataset = held.dataset and area = held.area and counter_area is not distinct from held.counter_area
              and window_start = held.window_start and window_end = held.window_end and source = held.source
              and status = 'pending' and ${isNotHeld()}
          )
        limit ${limit}`;
      return rows.map(toRequest);
    },

    /** Notes that no job for these requests waits in the queue. */
    async markRemoved(requests: readonly CollectRequest[]): Promise<void> {
      await sql`update collection_window as stored set enqueued_at = null ${askForOneOf(requests)}`;
    },
  };
}
