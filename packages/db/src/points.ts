import { type Block, blockEnd, blockStart, stepStartMs } from '@energy-data-service/domain';
import type { Transaction } from './connect.ts';

/** What writing did to the stored instants. */
export interface PointChanges {
  readonly new: number;
  /** Instants whose present or past value is another than before. */
  readonly revised: number;
  readonly unchanged: number;
}

/** From which answer values come, and when that was received. */
export interface Origin {
  readonly rawPayloadId: number;
  readonly receivedAt: Temporal.Instant;
}

/** Blocks of one series, their steps ascending, at least one; they are written together, however many there are. */
export type Blocks = readonly [Block, ...Block[]];

/** A time (`to` is exclusive) within which every step of blocks begins; a step may end after it. */
export function spanOf(blocks: Blocks): { readonly from: Temporal.Instant; readonly to: Temporal.Instant } {
  return { from: blockStart(blocks[0]), to: blockEnd(blocks.at(-1) ?? blocks[0]) };
}

/**
 * Stores blocks of the newest answer: new instants are added, replaced values move into the history with the
 * time until which they were known, and rows that would not change are not touched.
 *
 * The caller holds the series' lock, and no later answer spoke of these instants (see `writeLateBlocks`).
 */
export async function writeBlocks(
  transaction: Transaction,
  seriesId: number,
  blocks: Blocks,
  origin: Origin,
): Promise<PointChanges> {
  const added = await fillEmptyStretch(transaction, seriesId, blocks, origin);
  if (added > 0) return { new: added, revised: 0, unchanged: 0 };
  return mergeIntoStretch(transaction, seriesId, blocks, origin);
}

/**
 * Adds blocks where the series has no point from the first to the last, which needs no comparing: most of a backfill.
 *
 * @returns how many points were added: all of the blocks, or none
 */
async function fillEmptyStretch(
  transaction: Transaction,
  seriesId: number,
  blocks: Blocks,
  { rawPayloadId, receivedAt }: Origin,
): Promise<number> {
  const { from, to } = spanOf(blocks);
  const [stretch] = await transaction<{ isEmpty: boolean }[]>`
    select not exists (
      select from point
      where series_id = ${seriesId} and starts_at >= ${from} and starts_at < ${to}
    ) as "isEmpty"`;
  if (stretch?.isEmpty !== true) return 0;
  const { count } = await transaction`
    insert into point (series_id, starts_at, value, known_at, raw_payload_id)
    select ${seriesId}, starts_at, value, ${receivedAt}, ${rawPayloadId}
    from (${stepsOf(transaction, blocks)}) as incoming`;
  return count;
}

/** Compares blocks with what is stored, and writes the difference. */
async function mergeIntoStretch(
  transaction: Transaction,
  seriesId: number,
  blocks: Blocks,
  { rawPayloadId, receivedAt }: Origin,
): Promise<PointChanges> {
  const { from, to } = spanOf(blocks);
  // A plan for all parameters takes an array of 35,040 values for one of ten, and loops over it for each row.
  await transaction`set local plan_cache_mode = force_custom_plan`;
  const [counts] = await transaction<{ new: number; revised: number }[]>`
    with incoming as materialized (${stepsOf(transaction, blocks)}),
    compared as materialized (
      select incoming.starts_at, incoming.value,
        stored.series_id is not null as is_stored,
        stored.value as old_value, stored.known_at, stored.raw_payload_id
      from incoming
      left join (
        select * from point
        where series_id = ${seriesId} and starts_at >= ${from} and starts_at < ${to}
      ) as stored using (starts_at)
      where stored.series_id is null or stored.value is distinct from incoming.value
    ),
    archived as (
      insert into point_revision (series_id, starts_at, value, known_at, known_until, raw_payload_id)
      select ${seriesId}, starts_at, old_value, known_at, ${receivedAt}, raw_payload_id
      from compared
      where is_stored
    ),
    -- An update would lock every chunk, and take the whole stretch out of TimescaleDB's columns before it looks what changes.
    replaced as (
      insert into point (series_id, starts_at, value, known_at, raw_payload_id)
      select ${seriesId}, starts_at, value, ${receivedAt}, ${rawPayloadId}
      from compared
      where is_stored
      on conflict (series_id, starts_at) do update
      set value = excluded.value, known_at = excluded.known_at, raw_payload_id = excluded.raw_payload_id
    ),
    added as (
      insert into point (series_id, starts_at, value, known_at, raw_payload_id)
      select ${seriesId}, starts_at, value, ${receivedAt}, ${rawPayloadId}
      from compared
      where not is_stored
    )
    -- What changes is whole before any of it is written.
    select count(*) filter (where not is_stored) as new, count(*) filter (where is_stored) as revised from compared`;
  if (counts === undefined) throw new Error('writing blocks returned no counts');
  return { ...counts, unchanged: stepCount(blocks) - counts.new - counts.revised };
}

function stepCount(blocks: Blocks): number {
  return blocks.reduce((count, { values }) => count + values.length, 0);
}

/** Oids of the types of arrays: the server reads a parameter once, and the planner sees how many values it has. */
const BIGINT_ARRAY = 1016;
const NUMERIC_ARRAY = 1231;

/**
 * The rows (starts_at, value) of blocks. Values travel as one array in its text form: a parameter per value
 * or an object per row would cost more than the writing.
 */
function stepsOf(transaction: Transaction, blocks: Blocks) {
  const values = transaction.typed(
    arrayText(blocks, (block) => block.values.map((value) => value ?? 'null')),
    NUMERIC_ARRAY,
  );
  const [first, second] = blocks;
  // The usual answer, whose starts need not travel.
  if (second === undefined && first.kind === 'fixed') {
    return transaction`
      select ${blockStart(first)}::timestamptz + (step - 1) * ${first.stepMs} * interval '1 millisecond' as starts_at,
        value
      from unnest(${values}) with ordinality as steps (value, step)`;
  }
  const startsMs = transaction.typed(
    arrayText(blocks, (block) => block.values.map((_, i) => stepStartMs(block, i))),
    BIGINT_ARRAY,
  );
  return transaction`
    select timestamptz 'epoch' + start_ms * interval '1 millisecond' as starts_at, value
    from unnest(${startsMs}, ${values}) as steps (start_ms, value)`;
}

/** The text form of an array with the elements of every block; numbers and decimals need no quotes. */
function arrayText(blocks: Blocks, elementsOf: (block: Block) => readonly (string | number)[]): string {
  return `{${blocks.map((block) => elementsOf(block).join(',')).join(',')}}`;
}
