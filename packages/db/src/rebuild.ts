import {
  type CollectRequest,
  describeError,
  type ParsedAnswer,
  PermanentError,
  SERIES_KEY_FIELDS,
  type SeriesKey,
  seriesKeyText,
} from '@energy-data-service/domain';
import type { Sql, Transaction } from './connect.ts';
import { type AnsweredItem, lockItem } from './item-lock.ts';
import { columnsOf, type RawPayload, type RawPayloadRow, readBody, toRawPayload } from './raw-payload.ts';
import { columnOf } from './series.ts';
import { storeAnswer, storeRepeatedAnswer } from './stored-answer.ts';

/** An item with the answers to it that were processed. */
export interface ItemAnswers extends AnsweredItem {
  readonly answers: number;
}

/** What rebuilding an item made other than it was. */
export interface Rebuilding {
  /** Answers that were read again. */
  readonly answers: number;
  /** Present values, by instant and series: that there were none of, that there are none of any more, that are others. */
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Replaced values in the history. */
  readonly revisionsBefore: number;
  readonly revisionsAfter: number;
}

interface RebuildOptions {
  /** Finds out what would be other, and leaves everything as it is. */
  readonly isTrial?: boolean;
  /** Is told after each answer how many have been read, and waited for. */
  readonly onAnswer?: (read: number) => void | Promise<void>;
  /** Ends the rebuilding before the next answer, with everything as it was. */
  readonly signal?: AbortSignal;
}

export type RebuildRepository = ReturnType<typeof createRebuildRepository>;

export function createRebuildRepository(sql: Sql) {
  return {
    /** Items of these datasets and areas (EICs) with processed answers; undefined allows all. */
    async findItems(
      datasets: readonly string[] | undefined,
      areas: readonly string[] | undefined,
    ): Promise<ItemAnswers[]> {
      const rows = await sql<ItemAnswers[]>`
        select source, dataset, area, counter_area as "counterArea", count(*) as answers
        from raw_payload
        where processed_at is not null
          ${datasets === undefined ? sql`` : sql`and dataset = any(${datasets}::text[])`}
          ${areas === undefined ? sql`` : sql`and area = any(${areas}::text[])`}
        group by source, dataset, area, counter_area
        order by source, dataset, area, counter_area`;
      return [...rows];
    },

    /**
     * Makes points, history, observations and ledger of an item anew from all its processed answers, as they would
     * be had each been decoded so from the beginning. In one transaction: statements of others see the old state until
     * it ends. Answers to the item that are to be processed meanwhile are put off, and on TimescaleDB whoever begins a
     * chunk of points waits. A trial takes as long, and locks as much.
     *
     * @throws {PermanentError} naming the answer, if one cannot be decoded any more; then everything is as it was
     */
    async rebuild(
      item: AnsweredItem,
      parse: (request: CollectRequest, body: Uint8Array) => ParsedAnswer,
      options: RebuildOptions = {},
    ): Promise<Rebuilding> {
      let rebuilding: Rebuilding | undefined;
      const trialEnded = new Error('the trial has ended');
      try {
        await sql.begin(async (transaction) => {
          rebuilding = await rebuildItem(transaction, item, parse, options);
          if (options.isTrial === true) throw trialEnded;
        });
      } catch (error) {
        if (error !== trialEnded) throw error;
      }
      if (rebuilding === undefined) throw new Error('a rebuilding ended without a result');
      return rebuilding;
    },
  };
}

async function rebuildItem(
  transaction: Transaction,
  item: AnsweredItem,
  parse: (request: CollectRequest, body: Uint8Array) => ParsedAnswer,
  { onAnswer, signal }: RebuildOptions,
): Promise<Rebuilding> {
  await lockItem(transaction, item);
  // Any chunk may have to be begun, and the lock for that goes before everything that is written, see migration 0003.
  await transaction`select lock_new_chunks('{(,)}')`;
  // And that for writing goes before reading, or a chunk that is turned into columns meanwhile ends in a deadlock.
  await transaction`lock table point, point_revision in row exclusive mode`;
  // A plan for all parameters cannot leave out what TimescaleDB keeps in columns.
  await transaction`set local plan_cache_mode = force_custom_plan`;
  const payloads = await findProcessed(transaction, item);
  await rememberPresent(transaction, item);
  const revisionsBefore = await countRevisions(transaction, item);
  signal?.throwIfAborted();
  await forget(transaction, item, payloads);
  const told = new Set<string>();
  for (const [i, payload] of payloads.entries()) {
    signal?.throwIfAborted();
    for (const series of await readAgain(transaction, payload, parse)) told.add(series);
    await onAnswer?.(i + 1);
  }
  signal?.throwIfAborted();
  await dropUntold(transaction, item, told);
  await expectCounted(transaction, item);
  const rebuilding = {
    answers: payloads.length,
    ...(await comparePresent(transaction, item)),
    revisionsBefore,
    revisionsAfter: await countRevisions(transaction, item),
  };
  // Last, and for a moment: the scheduler writes what is wanted of all items at once, and would wait.
  await rewriteLedger(transaction, item);
  await refreshWindows(transaction, payloads);
  return rebuilding;
}

/** Condition on a table with the columns of a request. */
function ofItem(transaction: Transaction, { source, dataset, area, counterArea }: AnsweredItem) {
  return transaction`
    source = ${source} and dataset = ${dataset} and area = ${area} and counter_area is not distinct from ${counterArea}`;
}

async function findSeriesIds(transaction: Transaction, item: AnsweredItem): Promise<number[]> {
  const series = await transaction<
    { id: number }[]
  >`select id from series where ${ofItem(transaction, item)}`;
  return series.map(({ id }) => id);
}

/** In the order of receipt. */
async function findProcessed(transaction: Transaction, item: AnsweredItem): Promise<RawPayload[]> {
  const rows = await transaction<RawPayloadRow[]>`
    select ${columnsOf(transaction)} from raw_payload
    where ${ofItem(transaction, item)} and processed_at is not null
    order by received_at`;
  return rows.map(toRawPayload);
}

async function rememberPresent(transaction: Transaction, item: AnsweredItem): Promise<void> {
  await transaction`
    create temporary table present_before (series_id integer, starts_at timestamptz, value numeric) on commit drop`;
  await transaction`
    insert into present_before
    select series_id, starts_at, value from point
    where series_id = any(${await findSeriesIds(transaction, item)}::integer[])`;
  await transaction`analyze present_before`;
}

async function comparePresent(
  transaction: Transaction,
  item: AnsweredItem,
): Promise<Pick<Rebuilding, 'added' | 'removed' | 'changed' | 'unchanged'>> {
  const [counts] = await transaction<Pick<Rebuilding, 'added' | 'removed' | 'changed' | 'unchanged'>[]>`
    select count(*) filter (where before.series_id is null) as added,
      count(*) filter (where now.series_id is null) as removed,
      count(*) filter (where before.value is distinct from now.value
        and before.series_id is not null and now.series_id is not null) as changed,
      count(*) filter (where before.value is not distinct from now.value
        and before.series_id is not null and now.series_id is not null) as unchanged
    from present_before as before
    full join (
      select series_id, starts_at, value from point
      where series_id = any(${await findSeriesIds(transaction, item)}::integer[])
    ) as now using (series_id, starts_at)`;
  if (counts === undefined) throw new Error('comparing returned no counts');
  return counts;
}

async function countRevisions(transaction: Transaction, item: AnsweredItem): Promise<number> {
  const [row] = await transaction<{ count: number }[]>`
    select count(*) from point_revision
    where series_id = any(${await findSeriesIds(transaction, item)}::integer[])`;
  return row?.count ?? 0;
}

/** Takes back all that was made of these answers: all that were processed of the item. */
async function forget(
  transaction: Transaction,
  item: AnsweredItem,
  payloads: readonly RawPayload[],
): Promise<void> {
  const ids = payloads.map(({ id }) => id);
  await transaction`update raw_payload set processed_at = null where id = any(${ids}::bigint[])`;
  // Also of bodies that others share which nobody has processed.
  const bodyIds = [...new Set(payloads.map(({ bodyId }) => bodyId))];
  await transaction`delete from observation where raw_payload_id = any(${bodyIds}::bigint[])`;
  // Series by series, each a constant: so TimescaleDB drops segments of columns without taking rows out of them.
  for (const id of await findSeriesIds(transaction, item)) {
    await transaction`delete from point where series_id = ${id}`;
    await transaction`delete from point_revision where series_id = ${id}`;
  }
  await transaction`
    update series set first_starts_at = null, last_starts_at = null, point_count = 0
    where ${ofItem(transaction, item)}`;
}

/** @returns the series that the answer speaks of, by `seriesKeyText`; none if it repeats the one before it */
async function readAgain(
  transaction: Transaction,
  payload: RawPayload,
  parse: (request: CollectRequest, body: Uint8Array) => ParsedAnswer,
): Promise<string[]> {
  if (payload.bodyId !== payload.id && (await storeRepeatedAnswer(transaction, payload)) !== 'differs')
    return [];
  const body = await readBody(transaction, payload.bodyId);
  try {
    const answer = parse(payload.request, body);
    await storeAnswer(transaction, payload, answer);
    return answer.observations.map(({ key }) => seriesKeyText(key));
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    throw new PermanentError(
      `raw payload ${payload.id} cannot be decoded any more: ${describeError(error)}`,
      {},
      { cause: error },
    );
  }
}

/** Series that no answer speaks of any more are deleted; others keep their ids. */
async function dropUntold(
  transaction: Transaction,
  item: AnsweredItem,
  told: ReadonlySet<string>,
): Promise<void> {
  const key = SERIES_KEY_FIELDS.map(
    (field) => transaction`${transaction(columnOf(field))} as ${transaction(field)},`,
  );
  const series = await transaction<(SeriesKey & { id: number })[]>`
    select ${key} id from series where ${ofItem(transaction, item)}`;
  const untold = series.filter((one) => !told.has(seriesKeyText(one))).map(({ id }) => id);
  await transaction`delete from series where id = any(${untold}::integer[])`;
}

/** @throws {Error} if a series has another number of points than its counter says: then nothing is to be committed */
async function expectCounted(transaction: Transaction, item: AnsweredItem): Promise<void> {
  const wrong = await transaction<{ id: number; counted: number; stored: number }[]>`
    select series.id, series.point_count as counted, count(point.series_id) as stored
    from series left join point on point.series_id = series.id
    where series.id = any(${await findSeriesIds(transaction, item)}::integer[])
    group by series.id
    having series.point_count <> count(point.series_id)`;
  if (wrong.length > 0) throw new Error(`points are not as many as were written: ${JSON.stringify(wrong)}`);
}

/** What `recordAnswer` makes of all answers, one after the other. */
async function rewriteLedger(transaction: Transaction, item: AnsweredItem): Promise<void> {
  await transaction`
    with told as (
      select range_agg(answered) as answered,
        coalesce(range_agg(settled) filter (where outcome = 'data'), '{}') as collected,
        coalesce(range_agg(settled) filter (where outcome = 'no-data'), '{}') as not_published,
        max(received_at) as last_asked_at,
        (array_agg(outcome order by received_at desc))[1] as last_outcome
      from answer_time
      where ${ofItem(transaction, item)}
    )
    update coverage
    set answered = told.answered, collected = told.collected, not_published = told.not_published - told.collected,
      last_asked_at = told.last_asked_at, last_outcome = told.last_outcome
    from told
    where ${ofItem(transaction, item)}`;
}

/** What windows say of the answers that they got. */
async function refreshWindows(transaction: Transaction, payloads: readonly RawPayload[]): Promise<void> {
  await transaction`
    update collection_window
    set outcome = told.outcome, points = told.points
    from (
      select id, case outcome when 'data' then 'stored' else 'no-data' end as outcome,
        points_new + points_revised + points_unchanged as points
      from raw_payload
      where id = any(${payloads.map(({ id }) => id)}::bigint[])
    ) as told
    where collection_window.raw_payload_id = told.id and collection_window.status = 'succeeded'
      and (collection_window.outcome, collection_window.points) is distinct from (told.outcome, told.points)`;
}
