import { type Block, blockEnd, blockStart } from '@energy-data-service/domain';
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

/**
 * Stores a block of the newest answer: new instants are added, replaced values move into the history with the
 * time until which they were known, and rows that would not change are not touched.
 *
 * The caller holds the series' lock, and no later answer spoke of these instants (see `writeLateBlock`).
 */
export async function writeBlock(
  transaction: Transaction,
  seriesId: number,
  block: Block,
  origin: Origin,
): Promise<PointChanges> {
  const added = await fillEmptyStretch(transaction, seriesId, block, origin);
  if (added === block.values.length) return { new: added, revised: 0, unchanged: 0 };
  return mergeIntoStretch(transaction, seriesId, block, origin);
}

/**
 * Adds a block where the series has no point at all, which needs no comparing: most of a backfill.
 *
 * @returns how many points were added: all of the block, or none
 */
async function fillEmptyStretch(
  transaction: Transaction,
  seriesId: number,
  block: Block,
  { rawPayloadId, receivedAt }: Origin,
): Promise<number> {
  const [stretch] = await transaction<{ isEmpty: boolean }[]>`
    select not exists (
      select from point
      where series_id = ${seriesId} and starts_at >= ${blockStart(block)} and starts_at < ${blockEnd(block)}
    ) as "isEmpty"`;
  if (stretch?.isEmpty !== true) return 0;
  const { count } = await transaction`
    insert into point (series_id, starts_at, value, known_at, raw_payload_id)
    select ${seriesId}, starts_at, value, ${receivedAt}, ${rawPayloadId}
    from (${stepsOf(transaction, block)}) as incoming`;
  return count;
}

/** Compares a block with what is stored, and writes the difference. */
async function mergeIntoStretch(
  transaction: Transaction,
  seriesId: number,
  block: Block,
  { rawPayloadId, receivedAt }: Origin,
): Promise<PointChanges> {
  // A plan for all parameters takes an array of 35,040 values for one of ten, and loops over it for each row.
  await transaction`set local plan_cache_mode = force_custom_plan`;
  const [counts] = await transaction<{ new: number; revised: number }[]>`
    with incoming as materialized (${stepsOf(transaction, block)}),
    compared as materialized (
      select incoming.starts_at, incoming.value,
        stored.series_id is not null as is_stored,
        stored.value as old_value, stored.known_at, stored.raw_payload_id
      from incoming
      left join (
        select * from point
        where series_id = ${seriesId} and starts_at >= ${blockStart(block)} and starts_at < ${blockEnd(block)}
      ) as stored using (starts_at)
      where stored.series_id is null or stored.value is distinct from incoming.value
    ),
    archived as (
      insert into point_revision (series_id, starts_at, value, known_at, known_until, raw_payload_id)
      select ${seriesId}, starts_at, old_value, known_at, ${receivedAt}, raw_payload_id
      from compared
      where is_stored
      returning 1
    ),
    replaced as (
      update point
      set value = compared.value, known_at = ${receivedAt}, raw_payload_id = ${rawPayloadId}
      from compared
      where compared.is_stored and point.series_id = ${seriesId} and point.starts_at = compared.starts_at
        and point.starts_at >= ${blockStart(block)} and point.starts_at < ${blockEnd(block)}
    ),
    added as (
      insert into point (series_id, starts_at, value, known_at, raw_payload_id)
      select ${seriesId}, starts_at, value, ${receivedAt}, ${rawPayloadId}
      from compared
      where not is_stored
      returning 1
    )
    select (select count(*) from added) as new, (select count(*) from archived) as revised`;
  if (counts === undefined) throw new Error('writing a block returned no counts');
  return { ...counts, unchanged: block.values.length - counts.new - counts.revised };
}

/** Oid of the type numeric[]: the server reads the values once, and the planner sees how many there are. */
const NUMERIC_ARRAY = 1231;

/**
 * The rows (starts_at, value) of a block. Values travel as one array in its text form: a parameter per value
 * or an object per row would cost more than the writing.
 */
function stepsOf(transaction: Transaction, block: Block) {
  const values = transaction.typed(
    `{${block.values.map((value) => value ?? 'null').join(',')}}`,
    NUMERIC_ARRAY,
  );
  if (block.kind === 'fixed') {
    return transaction`
      select ${blockStart(block)}::timestamptz + (step - 1) * ${block.stepMs} * interval '1 millisecond' as starts_at,
        value
      from unnest(${values}) with ordinality as steps (value, step)`;
  }
  const starts = block.startsMs.map((startMs) => Temporal.Instant.fromEpochMilliseconds(startMs).toString());
  return transaction`
    select starts_at, value
    from unnest(${starts}::text[]::timestamptz[], ${values}) as steps (starts_at, value)`;
}
