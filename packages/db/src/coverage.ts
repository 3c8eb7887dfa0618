import type { CollectRequest, TimeWindow } from '@energy-data-service/domain';
import type { Sql, Transaction } from './connect.ts';

/**
 * Notes in the ledger which time an answer speaks of, once it is processed, and how much of that is settled: see the view
 * `answer_time`. What is collected stays collected: a later "no data" for the same time takes nothing back, since absence
 * is no revision. In which order answers are noted makes no difference.
 */
export async function recordAnswer(transaction: Transaction, rawPayloadId: number): Promise<void> {
  await transaction`
    insert into coverage as stored (
      source, dataset, area, counter_area, answered, collected, not_published, last_asked_at, last_outcome
    )
    select source, dataset, area, counter_area, answered, case outcome when 'data' then settled else '{}' end,
      case outcome when 'no-data' then settled else '{}' end, received_at, outcome
    from answer_time
    where id = ${rawPayloadId}
    on conflict on constraint coverage_of do update
    set answered = stored.answered + excluded.answered,
      collected = stored.collected + excluded.collected,
      not_published = stored.not_published + excluded.not_published - stored.collected - excluded.collected,
      last_outcome = case
        when excluded.last_asked_at >= stored.last_asked_at or stored.last_asked_at is null
        then excluded.last_outcome else stored.last_outcome end,
      last_asked_at = greatest(stored.last_asked_at, excluded.last_asked_at)
    where excluded.last_asked_at >= stored.last_asked_at or stored.last_asked_at is null
      or not stored.answered @> excluded.answered
      or not stored.collected @> excluded.collected
      or not stored.collected + stored.not_published @> excluded.not_published`;
}

/** A dataset of an area, and a window of it. */
export type ScheduledItem = Omit<CollectRequest, 'counterArea'>;

/** What has to be asked for of a dataset of an area, ascending. */
export interface ItemGaps extends Omit<ScheduledItem, 'window'> {
  /** Never answered. */
  readonly missing: readonly TimeWindow[];
  /** Answered so early that more was still to come. */
  readonly awaited: readonly TimeWindow[];
}

interface GapRow extends TimeWindow {
  /** Of the item, from 1. */
  readonly place: number;
  readonly isAnswered: boolean;
}

export type CoverageRepository = ReturnType<typeof createCoverageRepository>;

export function createCoverageRepository(sql: Sql) {
  return {
    /**
     * Extends the time that is wanted of datasets and areas up to the end of a window. What lies between the
     * end of what was wanted before and the window (the service was off) becomes wanted too.
     */
    async want(wanted: readonly ScheduledItem[]): Promise<void> {
      if (wanted.length === 0) return;
      await sql`
        insert into coverage as stored (source, dataset, area, wanted)
        select source, dataset, area, tstzmultirange(tstzrange(wanted_from, wanted_to))
        from unnest(
          ${wanted.map(({ source }) => source)}::text[],
          ${wanted.map(({ dataset }) => dataset)}::text[],
          ${wanted.map(({ area }) => area)}::text[],
          ${wanted.map(({ window }) => window.from.toString())}::text[]::timestamptz[],
          ${wanted.map(({ window }) => window.to.toString())}::text[]::timestamptz[]
        ) as wanted (source, dataset, area, wanted_from, wanted_to)
        on conflict on constraint coverage_of do update
        set wanted = stored.wanted + tstzmultirange(range_merge(stored.wanted + excluded.wanted))
        where not stored.wanted @> range_merge(stored.wanted + excluded.wanted)`;
    },

    /**
     * What was wanted and is not settled, before the window of each of the given items: it was never answered, or so early that
     * more was still to come, and then nothing ran while the polls reached it.
     *
     * @returns one row an item that has any, in the order of the items
     */
    async findGaps(items: readonly ScheduledItem[]): Promise<ItemGaps[]> {
      const rows = await sql<GapRow[]>`
        select place, lower(gap) as "from", upper(gap) as "to", is_answered as "isAnswered"
        from unnest(
          ${items.map(({ source }) => source)}::text[],
          ${items.map(({ dataset }) => dataset)}::text[],
          ${items.map(({ area }) => area)}::text[],
          ${items.map(({ window }) => window.from.toString())}::text[]::timestamptz[]
        ) with ordinality as item (source, dataset, area, before, place)
        join coverage on coverage.source = item.source and coverage.dataset = item.dataset
          and coverage.area = item.area and coverage.counter_area is null
        cross join lateral (
          select (wanted - collected - not_published) * tstzmultirange(tstzrange(null, item.before)) as unsettled
        ) as before
        cross join lateral (
          select unnest(unsettled - answered) as gap, false as is_answered
          union all
          select unnest(unsettled * answered), true
        ) as gaps
        order by place, gap`;
      return [...Map.groupBy(rows, ({ place }) => place)].map(([place, gaps]) => {
        const item = items[place - 1];
        if (item === undefined) throw new Error('the ledger returned a gap of no item');
        const { source, dataset, area } = item;
        const windows = (isAnswered: boolean) =>
          gaps.filter((gap) => gap.isAnswered === isAnswered).map(({ from, to }) => ({ from, to }));
        return { source, dataset, area, missing: windows(false), awaited: windows(true) };
      });
    },
  };
}
