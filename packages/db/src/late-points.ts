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

/** A later answer that spoke of `[startsAtUs, endsAtUs)` of the series; all in microseconds since the epoch. */
export interface LaterObservation {
  readonly startsAtUs: number;
  readonly endsAtUs: number;
  readonly receivedAtUs: number;
  readonly rawPayloadId: number;
}

/**
 * The processed answers that were received after `receivedAt` and spoke of a series, earliest first.
 *
 * Answers that repeat an earlier one (`same_as`) have no observations of their own and count through its.
 */
export async function findLaterObservations(
  transaction: Transaction,
  seriesId: number,
  receivedAt: Temporal.Instant,
): Promise<LaterObservation[]> {
  return transaction<LaterObservation[]>`
    select ${microseconds(transaction, 'observation.starts_at')} as "startsAtUs",
      ${microseconds(transaction, 'observation.ends_at')} as "endsAtUs",
      ${microseconds(transaction, 'raw_payload.received_at')} as "receivedAtUs",
      raw_payload.id as "rawPayloadId"
    from series
    join raw_payload on raw_payload.source = series.source and raw_payload.dataset = series.dataset
    join observation on observation.raw_payload_id = coalesce(raw_payload.same_as, raw_payload.id)
      and observation.series_id = series.id
    where series.id = ${seriesId}
      and raw_payload.received_at > ${receivedAt}
      and raw_payload.processed_at is not null
    order by raw_payload.received_at`;
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
    const next = later.find((one) => one.startsAtUs <= startsAtUs && startsAtUs < one.endsAtUs) ?? null;
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
