import type { Transaction } from './connect.ts';
import type { LaterAnswer } from './later-answers.ts';
import { microseconds } from './microseconds.ts';
import { type Blocks, spanOf } from './points.ts';
import type { RawPayload } from './raw-payload.ts';

interface LaterStretchRow {
  readonly startsAtUs: number;
  readonly endsAtUs: number;
  readonly stepUs: number | null;
  /** Microseconds, separated by commas. */
  readonly stepStarts: string | null;
  readonly receivedAtUs: number;
  readonly rawPayloadId: number;
}

/**
 * What processed answers to the same area (or border) said of a series from the first to the last of some blocks,
 * that were received after a payload; earliest first. Answers to other areas say nothing of it (see `store`).
 *
 * Answers that repeat an earlier one (`same_as`) have no observations of their own and count through its.
 */
export async function findLaterAnswers(
  transaction: Transaction,
  seriesId: number,
  blocks: Blocks,
  { request: { source, dataset, area, counterArea }, receivedAt }: RawPayload,
): Promise<LaterAnswer[]> {
  const { from, to } = spanOf(blocks);
  const rows = await transaction<LaterStretchRow[]>`
    select ${microseconds(transaction, 'observation.starts_at')} as "startsAtUs",
      ${microseconds(transaction, 'observation.ends_at')} as "endsAtUs",
      (extract(epoch from observation.step) * 1000000)::bigint as "stepUs",
      (
        select string_agg((extract(epoch from step_start) * 1000000)::bigint::text, ',')
        from unnest(observation.step_starts) as step_start
      ) as "stepStarts",
      ${microseconds(transaction, 'raw_payload.received_at')} as "receivedAtUs",
      raw_payload.id as "rawPayloadId"
    from raw_payload
    join observation on observation.raw_payload_id = coalesce(raw_payload.same_as, raw_payload.id)
      and observation.series_id = ${seriesId}
      and observation.starts_at < ${to} and observation.ends_at > ${from}
    where raw_payload.dataset = ${dataset} and raw_payload.area = ${area}
      and raw_payload.counter_area is not distinct from ${counterArea} and raw_payload.source = ${source}
      and raw_payload.received_at > ${receivedAt}
      and raw_payload.processed_at is not null
    order by raw_payload.received_at, observation.id`;
  return [...Map.groupBy(rows, ({ rawPayloadId }) => rawPayloadId)].map(([rawPayloadId, ofAnswer]) => ({
    rawPayloadId,
    receivedAtUs: ofAnswer[0]?.receivedAtUs ?? Number.NaN,
    stretches: ofAnswer.map(({ startsAtUs, endsAtUs, stepUs, stepStarts }) => ({
      startsAtUs,
      endsAtUs,
      stepUs,
      stepStartsUs: stepStarts === null ? null : new Set(stepStarts.split(',').map(Number)),
    })),
  }));
}
