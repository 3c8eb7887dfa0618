import {
  type Block,
  blockEndMs,
  blockStartMs,
  type Observation,
  seriesKeyText,
} from '@energy-data-service/domain';
import type { Transaction } from './connect.ts';

/**
 * Keeps which stretches of which series an answer spoke of, in its order. One that has to be read again shares those
 * of the equal one before it.
 *
 * A list per column, not an object per row: an answer may have a gap after every other value.
 *
 * @param rawPayloadId - of the answer, or of the equal one before it
 * @param ids - of all series, by `seriesKeyText`
 */
export async function insertObservations(
  transaction: Transaction,
  rawPayloadId: number,
  observations: readonly Observation[],
  ids: ReadonlyMap<string, number>,
): Promise<void> {
  const told = observations.filter(({ block }) => block.values.length > 0);
  await transaction`
    insert into observation (
      raw_payload_id, series_id, starts_at, ends_at, step, step_starts,
      document_mrid, time_series_mrid, curve_type, object_aggregation
    )
    select ${rawPayloadId}, series_id,
      timestamptz 'epoch' + starts_ms * interval '1 millisecond',
      timestamptz 'epoch' + ends_ms * interval '1 millisecond',
      step_ms * interval '1 millisecond', step_starts::timestamptz[],
      document_mrid, time_series_mrid, curve_type, object_aggregation
    from unnest(
      ${told.map(({ key }) => ids.get(seriesKeyText(key)) ?? null)}::integer[],
      ${told.map(({ block }) => blockStartMs(block))}::bigint[],
      ${told.map(({ block }) => blockEndMs(block))}::bigint[],
      ${told.map(({ block }) => (block.kind === 'fixed' ? block.stepMs : null))}::bigint[],
      ${told.map(({ block }) => stepStarts(block))}::text[],
      ${told.map(({ documentMrid }) => documentMrid)}::text[],
      ${told.map(({ timeSeriesMrid }) => timeSeriesMrid)}::text[],
      ${told.map(({ curveType }) => curveType)}::text[],
      ${told.map(({ objectAggregation }) => objectAggregation)}::text[]
    ) as observed (
      series_id, starts_ms, ends_ms, step_ms, step_starts,
      document_mrid, time_series_mrid, curve_type, object_aggregation
    )
    where not exists (select from observation where raw_payload_id = ${rawPayloadId})`;
}

/** The starts of steps of a calendar as the text form of an array; null for steps of equal length. */
function stepStarts(block: Block): string | null {
  if (block.kind === 'fixed') return null;
  const starts = block.startsMs.map((ms) => Temporal.Instant.fromEpochMilliseconds(ms));
  return `{${starts.join(',')}}`;
}
