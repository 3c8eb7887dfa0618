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
  { rawPayloadId, receivedAt }: Origin,
): Promise<PointChanges> {
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

/**
 * The rows (starts_at, value) of a block. Values travel as one array in its text form: a parameter per value
 * or an object per row would cost more than the writing.
 */
function stepsOf(transaction: Transaction, block: Block) {
  const values = `{${block.values.map((value) => value ?? 'null').join(',')}}`;
  if (block.kind === 'fixed') {
    return transaction`
      select ${blockStart(block)}::timestamptz + (step - 1) * ${block.stepMs} * interval '1 millisecond' as starts_at,
        value
      from unnest(${values}::text::numeric[]) with ordinality as steps (value, step)`;
  }
  const starts = block.startsMs.map((startMs) => Temporal.Instant.fromEpochMilliseconds(startMs).toString());
  return transaction`
    select starts_at, value
    from unnest(${starts}::text[]::timestamptz[], ${values}::text::numeric[]) as steps (starts_at, value)`;
}
