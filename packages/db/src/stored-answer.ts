import {
  type Block,
  blockStart,
  blockStartMs,
  type CollectRequest,
  joinBlocks,
  lastStepStartMs,
  type ParsedAnswer,
  PermanentError,
  PostponedError,
  type SeriesKey,
  seriesKeyText,
} from '@energy-data-service/domain';
import type { Sql, Transaction } from './connect.ts';
import { recordAnswer } from './coverage.ts';
import { findLaterAnswers } from './find-later-answers.ts';
import { tryShareItem } from './item-lock.ts';
import { writeLateBlocks } from './late-points.ts';
import { partBlocks } from './later-answers.ts';
import { insertObservations } from './observations.ts';
import { type Blocks, type PointChanges, writeBlocks } from './points.ts';
import type { RawPayload } from './raw-payload.ts';
import { lockSeries, resolveSeries } from './series.ts';

export type StoredAnswerRepository = ReturnType<typeof createStoredAnswerRepository>;

export function createStoredAnswerRepository(sql: Sql) {
  return {
    /**
     * Writes what an answer says, in one transaction: its series, their points and history, where each stretch
     * came from, the ledger, and the windows that waited for it. Doing it twice changes nothing; doing it late
     * or beside another answer leaves the same state as doing all in the order in which they were received.
     *
     * @returns what changed; null if the answer had been processed before
     * @throws {PermanentError} if a series is not of the request, by which answers are put into their order
     * @throws {PostponedError} while the dataset and area is made anew, see `RebuildRepository`
     */
    async store(payload: RawPayload, answer: ParsedAnswer): Promise<PointChanges | null> {
      return sql.begin(async (transaction) => {
        const result = await storeAnswer(transaction, payload, answer);
        if (result === null) return null;
        await recordResult(transaction, payload, result);
        return result.changes;
      });
    },

    /**
     * Finishes an answer that says the same as the one before it for the same request, without reading it:
     * only the ledger moves on. That is right as long as nothing has changed in between.
     *
     * @returns whether that was so; if not, nothing was done and the answer must be read
     * @throws {PostponedError} as above
     */
    async storeRepeated(payload: RawPayload): Promise<boolean> {
      if (payload.bodyId === payload.id) return false;
      return sql.begin(async (transaction) => {
        const result = await storeRepeatedAnswer(transaction, payload);
        if (result === 'differs') return false;
        if (result !== null) await recordResult(transaction, payload, result);
        return true;
      });
    },
  };
}

/** What an answer said, and what that changed. */
interface AnswerResult {
  readonly outcome: ParsedAnswer['outcome'];
  readonly changes: PointChanges;
}

/**
 * Writes what an answer says, but for the ledger and the windows that wait for it.
 *
 * @returns null if it had been processed before
 */
export async function storeAnswer(
  transaction: Transaction,
  payload: RawPayload,
  answer: ParsedAnswer,
): Promise<AnswerResult | null> {
  for (const { key } of answer.observations) expectOfRequest(key, payload.request);
  if (!(await claim(transaction, payload))) return null;
  const groups = Map.groupBy(answer.observations, ({ key }) => seriesKeyText(key));
  const ids = await resolveSeries(
    transaction,
    [...groups.values()].flatMap(([first]) => (first === undefined ? [] : [first.key])),
  );
  await lockSeries(transaction, [...ids.values()]);
  const problems = [...answer.problems];
  // In the order of the ids, so that the rows of two answers are always written in the same order.
  const toWrite = [...ids]
    .sort(([, a], [, b]) => a - b)
    .map(([text, seriesId]) => {
      const { blocks, conflictsMs } = joinBlocks((groups.get(text) ?? []).map(({ block }) => block));
      if (conflictsMs.length > 0) problems.push(describeConflicts(seriesId, conflictsMs));
      return { seriesId, blocks };
    });
  await lockNewChunks(
    transaction,
    toWrite.flatMap(({ blocks }) => blocks),
  );
  // Before the points: where those are compared, every later statement is planned anew, also each check of a key.
  await insertObservations(transaction, payload.bodyId, answer.observations, ids);
  let changes: PointChanges = { new: 0, revised: 0, unchanged: 0 };
  for (const { seriesId, blocks } of toWrite) {
    changes = addChanges(changes, await writeSeries(transaction, seriesId, blocks, payload));
  }
  const result = { outcome: answer.outcome, changes };
  await markProcessed(transaction, payload, result, problems);
  return result;
}

/**
 * The same for an answer that says the same as the one before it, without reading it.
 *
 * @returns null if it had been processed before; `differs` if it must be read
 */
export async function storeRepeatedAnswer(
  transaction: Transaction,
  payload: RawPayload,
): Promise<AnswerResult | null | 'differs'> {
  if (!(await claim(transaction, payload))) return null;
  const observed = await transaction<{ seriesId: number }[]>`
    select distinct series_id as "seriesId" from observation where raw_payload_id = ${payload.bodyId}`;
  await lockSeries(
    transaction,
    observed.map(({ seriesId }) => seriesId),
  );
  const repeated = await findRepeated(transaction, payload.id);
  if (repeated === undefined) return 'differs';
  // It was processed just now, after its series were looked up: they are not locked.
  if (observed.length === 0 && repeated.points > 0) return 'differs';
  const result = {
    outcome: repeated.outcome,
    changes: { new: 0, revised: 0, unchanged: repeated.points },
  };
  await markProcessed(transaction, payload, result, repeated.problems);
  return result;
}

/** A later answer to its own area would not be found when this one is late. */
function expectOfRequest(key: SeriesKey, { source, dataset, area, counterArea }: CollectRequest): void {
  if (
    key.source !== source ||
    key.dataset !== dataset ||
    key.area !== area ||
    key.counterArea !== counterArea
  ) {
    throw new PermanentError('answer has a series that was not asked for', {
      series: seriesKeyText(key),
      request: { source, dataset, area, counterArea },
    });
  }
}

/** Between two looks whether a dataset and area has been made anew, in milliseconds. */
const REBUILDING_LOOK_MS = 5_000;

/**
 * Takes the payload for this transaction; false if it has been processed. The lock lets others refer to the payload,
 * as an equal answer does that is stored or processed meanwhile.
 *
 * @throws {PostponedError} while others may not write what the item holds
 */
async function claim(transaction: Transaction, { id, request }: RawPayload): Promise<boolean> {
  // Sent together: the second begins once the first is done.
  const [isShared, [row]] = await Promise.all([
    tryShareItem(transaction, request),
    transaction<{ isProcessed: boolean }[]>`
      select processed_at is not null as "isProcessed" from raw_payload where id = ${id} for no key update`,
  ]);
  if (!isShared) throw new PostponedError('the dataset and area is being made anew', REBUILDING_LOOK_MS);
  if (row === undefined) throw new Error(`raw payload ${id} does not exist`);
  return !row.isProcessed;
}

/** Waits for other writers that begin chunks of TimescaleDB if these blocks begin any, see the migration. */
async function lockNewChunks(transaction: Transaction, blocks: readonly Block[]): Promise<void> {
  if (blocks.length === 0) return;
  await transaction`
    select lock_new_chunks(range_agg(tstzrange(
      timestamptz 'epoch' + first_ms * interval '1 millisecond',
      timestamptz 'epoch' + last_ms * interval '1 millisecond', '[]'
    )))
    from unnest(${blocks.map(blockStartMs)}::bigint[], ${blocks.map(lastStepStartMs)}::bigint[])
      as block (first_ms, last_ms)`;
}

async function writeSeries(
  transaction: Transaction,
  seriesId: number,
  blocks: readonly Block[],
  payload: RawPayload,
): Promise<PointChanges> {
  let changes: PointChanges = { new: 0, revised: 0, unchanged: 0 };
  if (!isAnyBlock(blocks)) return changes;
  const origin = { rawPayloadId: payload.id, receivedAt: payload.receivedAt };
  const later = await findLaterAnswers(transaction, seriesId, blocks, payload);
  const { late, others } = partBlocks(blocks, later);
  if (isAnyBlock(others)) {
    changes = addChanges(changes, await writeBlocks(transaction, seriesId, others, origin));
  }
  if (isAnyBlock(late)) {
    changes = addChanges(changes, await writeLateBlocks(transaction, seriesId, late, origin, later));
  }
  if (changes.new > 0) {
    await transaction`
      update series
      set first_starts_at = least(first_starts_at, ${blockStart(blocks[0])}),
        last_starts_at = greatest(last_starts_at, ${Temporal.Instant.fromEpochMilliseconds(lastStepStartMs(blocks.at(-1) ?? blocks[0]))}),
        point_count = point_count + ${changes.new}
      where id = ${seriesId}`;
  }
  return changes;
}

function isAnyBlock(blocks: readonly Block[]): blocks is Blocks {
  return blocks.length > 0;
}

async function markProcessed(
  transaction: Transaction,
  { id }: RawPayload,
  { outcome, changes }: AnswerResult,
  problems: readonly string[],
): Promise<void> {
  await transaction`
    update raw_payload
    set processed_at = clock_timestamp(), outcome = ${outcome}, points_new = ${changes.new},
      points_revised = ${changes.revised}, points_unchanged = ${changes.unchanged},
      problems = ${problems}, error = null
    where id = ${id}`;
}

/** Tells the ledger, and the windows that waited for the answer. */
async function recordResult(
  transaction: Transaction,
  { id }: RawPayload,
  { outcome, changes }: AnswerResult,
): Promise<void> {
  await recordAnswer(transaction, id);
  await transaction`
    update collection_window
    set status = 'succeeded', outcome = ${outcome === 'data' ? 'stored' : 'no-data'},
      points = ${changes.new + changes.revised + changes.unchanged}, error = null, finished_at = now()
    where raw_payload_id = ${id} and status in ('fetched', 'failed')`;
}

/**
 * The answer that this one repeats, if it was processed and the histories have not changed between the two.
 *
 * Counts tell whether they have, as long as answers were processed in the order in which they were received. One
 * that was processed before its turn may have found nothing to change only because what came before it was not
 * known yet; one after its turn may have made a value known earlier, which counts as no change.
 */
async function findRepeated(
  transaction: Transaction,
  payloadId: number,
): Promise<{ outcome: ParsedAnswer['outcome']; points: number; problems: string[] } | undefined> {
  const [row] = await transaction<{ outcome: ParsedAnswer['outcome']; points: number; problems: string[] }[]>`
    select previous.outcome, previous.problems,
      previous.points_new + previous.points_revised + previous.points_unchanged as points
    from raw_payload as this
    cross join lateral (
      select * from raw_payload as candidate
      where candidate.dataset = this.dataset and candidate.area = this.area
        and candidate.counter_area is not distinct from this.counter_area and candidate.source = this.source
        and candidate.window_start = this.window_start and candidate.window_end = this.window_end
        and candidate.received_at < this.received_at
      order by candidate.received_at desc
      limit 1
    ) as previous
    where this.id = ${payloadId}
      and previous.processed_at is not null
      and coalesce(previous.same_as, previous.id) = this.same_as
      and not exists (
        select from raw_payload as other
        where other.source = this.source and other.dataset = this.dataset and other.area = this.area
          and other.counter_area is not distinct from this.counter_area
          and other.received_at > previous.received_at and other.id <> this.id
          and case
            when other.received_at > this.received_at then other.processed_at is not null
            when other.processed_at is null then other.error is null
            else other.processed_at < previous.processed_at or other.points_new + other.points_revised > 0
          end
      )`;
  return row;
}

function addChanges(a: PointChanges, b: PointChanges): PointChanges {
  return { new: a.new + b.new, revised: a.revised + b.revised, unchanged: a.unchanged + b.unchanged };
}

function describeConflicts(seriesId: number, conflictsMs: readonly number[]): string {
  const first = Temporal.Instant.fromEpochMilliseconds(conflictsMs[0] ?? 0);
  const values = conflictsMs.length === 1 ? '1 value' : `${conflictsMs.length} values`;
  return `series ${seriesId}: ${values} gave way to a later word of the same answer on that time, the first at ${first}; only the raw answer has what gave way`;
}
