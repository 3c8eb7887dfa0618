import {
  type Block,
  blockEnd,
  blockStart,
  isSameValue,
  stepStartMs,
  type Value,
} from '@energy-data-service/domain';
import type { Transaction } from './connect.ts';
import { insertObservation, type KnownValue } from './known-values.ts';
import type { Origin, PointChanges } from './points.ts';
import type { RawPayload } from './raw-payload.ts';

/** A stretch of the series that a later answer spoke of; all in microseconds since the epoch. */
export interface LaterObservation {
  readonly startsAtUs: number;
  readonly endsAtUs: number;
  /** Length of a step; null for steps of a calendar, whose starts are `stepStartsUs`. */
  readonly stepUs: number | null;
  readonly stepStartsUs: readonly number[] | null;
  readonly receivedAtUs: number;
  readonly rawPayloadId: number;
}

/**
 * What processed answers to the same area (or border) said of a series that were received after a payload,
 * earliest first.
 *
 * Answers that repeat an earlier one (`same_as`) have no observations of their own and count through its.
 */
export async function findLaterObservations(
  transaction: Transaction,
  seriesId: number,
  { request: { source, dataset, area, counterArea }, receivedAt }: RawPayload,
): Promise<LaterObservation[]> {
  const rows = await transaction<(Omit<LaterObservation, 'stepStartsUs'> & { stepStarts: string | null })[]>`
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
    where raw_payload.dataset = ${dataset} and raw_payload.area = ${area}
      and raw_payload.counter_area is not distinct from ${counterArea} and raw_payload.source = ${source}
      and raw_payload.received_at > ${receivedAt}
      and raw_payload.processed_at is not null
    order by raw_payload.received_at`;
  return rows.map(({ stepStarts, ...row }) => ({
    ...row,
    stepStartsUs: stepStarts?.split(',').map(Number) ?? null,
  }));
}

/** Whether one of the stretch's steps starts at an instant. */
function hasStepAt(
  { startsAtUs, endsAtUs, stepUs, stepStartsUs }: LaterObservation,
  instantUs: number,
): boolean {
  if (instantUs < startsAtUs || instantUs >= endsAtUs) return false;
  if (stepUs !== null) return (instantUs - startsAtUs) % stepUs === 0;
  return stepStartsUs?.includes(instantUs) ?? false;
}

/**
 * Stores a block of an answer that is not the newest: what a later answer has replaced goes into the history
 * and not into the present. Slower than `writeBlock`, and rare.
 *
 * The caller holds the series' lock.
 *
 * @param later - see `findLaterObservations`
 */
export async function writeLateBlock(
  transaction: Transaction,
  seriesId: number,
  block: Block,
  { rawPayloadId, receivedAt }: Origin,
  later: readonly LaterObservation[],
): Promise<PointChanges> {
  const receivedAtUs = Number(receivedAt.epochNanoseconds / 1000n);
  const histories = await readHistories(transaction, seriesId, block);
  const rewritten = block.values.map((value, i): Rewritten => {
    const startsAtUs = stepStartMs(block, i) * 1000;
    const before = histories.get(startsAtUs) ?? [];
    const next = later.find((one) => hasStepAt(one, startsAtUs)) ?? null;
    const late = { value, knownAtUs: receivedAtUs, rawPayloadId };
    return { startsAtUs, before, history: insertObservation(before, late, next) };
  });
  await writeHistories(
    transaction,
    seriesId,
    block,
    rewritten.filter(({ before, history }) => !isSameHistory(before, history)),
  );
  const added = rewritten.filter(({ before }) => before.length === 0).length;
  // A value that turns out to have been known earlier is no other value.
  const same = rewritten.filter(({ before, history }) => hasSameValues(before, history)).length;
  return { new: added, revised: rewritten.length - added - same, unchanged: same };
}

/** The history of an instant, before and after. */
interface Rewritten {
  readonly startsAtUs: number;
  readonly before: readonly KnownValue[];
  readonly history: readonly KnownValue[];
}

async function readHistories(
  transaction: Transaction,
  seriesId: number,
  block: Block,
): Promise<Map<number, KnownValue[]>> {
  const from = blockStart(block);
  const to = blockEnd(block);
  const rows = await transaction<(KnownValue & { startsAtUs: number })[]>`
    select ${microseconds(transaction, 'starts_at')} as "startsAtUs", value::text as value,
      ${microseconds(transaction, 'known_at')} as "knownAtUs", raw_payload_id as "rawPayloadId"
    from (
      select starts_at, value, known_at, raw_payload_id from point_revision
      where series_id = ${seriesId} and starts_at >= ${from} and starts_at < ${to}
      union all
      select starts_at, value, known_at, raw_payload_id from point
      where series_id = ${seriesId} and starts_at >= ${from} and starts_at < ${to}
    ) as known
    order by starts_at, known_at`;
  return Map.groupBy(rows, ({ startsAtUs }) => startsAtUs);
}

async function writeHistories(
  transaction: Transaction,
  seriesId: number,
  block: Block,
  changed: readonly Rewritten[],
): Promise<void> {
  if (changed.length === 0) return;
  const from = blockStart(block);
  const to = blockEnd(block);
  const present = changed.map(({ startsAtUs, history }) => ({ startsAtUs, ...presentOf(history) }));
  const past = changed.flatMap(({ startsAtUs, history }) =>
    history.slice(0, -1).map((known, i) => ({
      startsAtUs,
      ...known,
      knownUntilUs: history[i + 1]?.knownAtUs ?? Number.NaN,
    })),
  );
  await transaction`
    delete from point_revision
    where series_id = ${seriesId} and starts_at >= ${from} and starts_at < ${to}
      and starts_at in (select ${instant(transaction, 'us')} from unnest(${column(present, 'startsAtUs')}::text::bigint[]) as us)`;
  await transaction`
    insert into point_revision (series_id, starts_at, value, known_at, known_until, raw_payload_id)
    select ${seriesId}, ${instant(transaction, 'starts_at')}, value, ${instant(transaction, 'known_at')},
      ${instant(transaction, 'known_until')}, raw_payload_id
    from unnest(
      ${column(past, 'startsAtUs')}::text::bigint[],
      ${column(past, 'value')}::text::numeric[],
      ${column(past, 'knownAtUs')}::text::bigint[],
      ${column(past, 'knownUntilUs')}::text::bigint[],
      ${column(past, 'rawPayloadId')}::text::bigint[]
    ) as past (starts_at, value, known_at, known_until, raw_payload_id)`;
  await transaction`
    insert into point (series_id, starts_at, value, known_at, raw_payload_id)
    select ${seriesId}, ${instant(transaction, 'starts_at')}, value, ${instant(transaction, 'known_at')}, raw_payload_id
    from unnest(
      ${column(present, 'startsAtUs')}::text::bigint[],
      ${column(present, 'value')}::text::numeric[],
      ${column(present, 'knownAtUs')}::text::bigint[],
      ${column(present, 'rawPayloadId')}::text::bigint[]
    ) as present (starts_at, value, known_at, raw_payload_id)
    on conflict (series_id, starts_at) do update
    set value = excluded.value, known_at = excluded.known_at, raw_payload_id = excluded.raw_payload_id
    where (point.value, point.known_at, point.raw_payload_id)
      is distinct from (excluded.value, excluded.known_at, excluded.raw_payload_id)`;
}

function isSameHistory(a: readonly KnownValue[], b: readonly KnownValue[]): boolean {
  return hasSameValues(a, b) && a.every(({ knownAtUs }, i) => knownAtUs === b[i]?.knownAtUs);
}

function hasSameValues(a: readonly KnownValue[], b: readonly KnownValue[]): boolean {
  return a.length === b.length && a.every(({ value }, i) => isSameValue(value, b[i]?.value ?? null));
}

function presentOf(history: readonly KnownValue[]): KnownValue {
  const present = history.at(-1);
  if (present === undefined) throw new Error('a rewritten history is empty');
  return present;
}

/** One column of rows as the text form of an array; numbers and decimals need no quotes. */
function column<K extends string>(rows: readonly Record<K, Value | number>[], name: K): string {
  return `{${rows.map((row) => row[name] ?? 'null').join(',')}}`;
}

function microseconds(transaction: Transaction, name: string) {
  return transaction`(extract(epoch from ${transaction(name)}) * 1000000)::bigint`;
}

function instant(transaction: Transaction, name: string) {
  return transaction`timestamptz 'epoch' + ${transaction(name)} * interval '1 microsecond'`;
}
