import {
  type Block,
  blockEnd,
  blockEndMs,
  blockStart,
  blockStartMs,
  isSameValue,
  stepStartMs,
  type Value,
} from '@energy-data-service/domain';
import type { Transaction } from './connect.ts';
import { insertObservation, type KnownValue } from './known-values.ts';
import type { Origin, PointChanges } from './points.ts';
import type { RawPayload } from './raw-payload.ts';

/** What a later answer said of the series. */
export interface LaterAnswer {
  readonly receivedAtUs: number;
  readonly rawPayloadId: number;
  /** In the order of the answer. */
  readonly stretches: readonly Stretch[];
}

/** A stretch of the series that an answer spoke of; all in microseconds since the epoch. */
interface Stretch {
  readonly startsAtUs: number;
  readonly endsAtUs: number;
  /** Length of a step; null for steps of a calendar, whose starts are `stepStartsUs`. */
  readonly stepUs: number | null;
  readonly stepStartsUs: readonly number[] | null;
}

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
 * What processed answers to the same area (or border) said of a series that were received after a payload,
 * earliest first.
 *
 * Answers that repeat an earlier one (`same_as`) have no observations of their own and count through its.
 */
export async function findLaterAnswers(
  transaction: Transaction,
  seriesId: number,
  { request: { source, dataset, area, counterArea }, receivedAt }: RawPayload,
): Promise<LaterAnswer[]> {
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
      stepStartsUs: stepStarts?.split(',').map(Number) ?? null,
    })),
  }));
}

/** Whether an answer spoke of any time within a block. */
export function concerns({ stretches }: LaterAnswer, block: Block): boolean {
  return stretches.some(
    ({ startsAtUs, endsAtUs }) =>
      startsAtUs < blockEndMs(block) * 1000 && endsAtUs > blockStartMs(block) * 1000,
  );
}

/**
 * For each step of a block, the first later answer that gave its start a value; null where none did. Every stretch is
 * looked at only where it overlaps the block, as there may be thousands of polls after a year of backfill.
 */
function firstToSpeak(later: readonly LaterAnswer[], block: Block): (LaterAnswer | null)[] {
  const first: (LaterAnswer | null)[] = block.values.map(() => null);
  for (const answer of later) {
    for (const { startsAtUs, endsAtUs } of answer.stretches) {
      for (let i = firstStepFrom(block, startsAtUs); i < first.length; i++) {
        const instantUs = stepStartMs(block, i) * 1000;
        if (instantUs >= endsAtUs) break;
        if (first[i] === null && speaksOf(answer, instantUs)) first[i] = answer;
      }
    }
  }
  return first;
}

/** Index of the first step that starts at an instant or later; the number of steps if none does. */
function firstStepFrom(block: Block, instantUs: number): number {
  let [low, high] = [0, block.values.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (stepStartMs(block, middle) * 1000 < instantUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether an answer gave an instant a value. Where it spoke twice of a time, the last word counts. */
function speaksOf({ stretches }: LaterAnswer, instantUs: number): boolean {
  const last = stretches.findLast(
    ({ startsAtUs, endsAtUs }) => startsAtUs <= instantUs && instantUs < endsAtUs,
  );
  return last !== undefined && hasStepAt(last, instantUs);
}

/** Whether one of the stretch's steps starts at an instant within it. */
function hasStepAt({ startsAtUs, stepUs, stepStartsUs }: Stretch, instantUs: number): boolean {
  if (stepUs !== null) return (instantUs - startsAtUs) % stepUs === 0;
  return stepStartsUs?.includes(instantUs) ?? false;
}

/**
 * Stores a block of an answer that is not the newest: what a later answer has replaced goes into the history
 * and not into the present. Slower than `writeBlock`, and rare.
 *
 * The caller holds the series' lock.
 *
 * @param later - those of `findLaterAnswers` that concern the block
 */
export async function writeLateBlock(
  transaction: Transaction,
  seriesId: number,
  block: Block,
  { rawPayloadId, receivedAt }: Origin,
  later: readonly LaterAnswer[],
): Promise<PointChanges> {
  const receivedAtUs = Number(receivedAt.epochNanoseconds / 1000n);
  const histories = await readHistories(transaction, seriesId, block);
  const speakers = firstToSpeak(later, block);
  const rewritten = block.values.map((value, i): Rewritten => {
    const startsAtUs = stepStartMs(block, i) * 1000;
    const before = histories.get(startsAtUs) ?? [];
    const late = { value, knownAtUs: receivedAtUs, rawPayloadId };
    return { startsAtUs, before, history: insertObservation(before, late, speakers[i] ?? null) };
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
  const gone = changed.flatMap(({ startsAtUs, before, history }) => {
    const kept = new Set(revisionsOf(history).map(({ knownAtUs }) => knownAtUs));
    const vanished = revisionsOf(before).filter(({ knownAtUs }) => !kept.has(knownAtUs));
    return vanished.map((revision) => ({ startsAtUs, ...revision }));
  });
  const written = changed.flatMap(({ startsAtUs, before, history }) => {
    const stored = new Map(
      revisionsOf(before).map(({ knownAtUs, knownUntilUs }) => [knownAtUs, knownUntilUs]),
    );
    const differing = revisionsOf(history).filter(
      ({ knownAtUs, knownUntilUs }) => stored.get(knownAtUs) !== knownUntilUs,
    );
    return differing.map((revision) => ({ startsAtUs, ...revision }));
  });
  await transaction`
    delete from point_revision
    using unnest(
      ${column(gone, 'startsAtUs')}::text::bigint[],
      ${column(gone, 'knownAtUs')}::text::bigint[]
    ) as gone (starts_at, known_at)
    where series_id = ${seriesId}
      and point_revision.starts_at >= ${from} and point_revision.starts_at < ${to}
      and point_revision.starts_at = ${instant(transaction, 'gone.starts_at')}
      and point_revision.known_at = ${instant(transaction, 'gone.known_at')}`;
  await transaction`
    insert into point_revision (series_id, starts_at, value, known_at, known_until, raw_payload_id)
    select ${seriesId}, ${instant(transaction, 'starts_at')}, value, ${instant(transaction, 'known_at')},
      ${instant(transaction, 'known_until')}, raw_payload_id
    from unnest(
      ${column(written, 'startsAtUs')}::text::bigint[],
      ${column(written, 'value')}::text::numeric[],
      ${column(written, 'knownAtUs')}::text::bigint[],
      ${column(written, 'knownUntilUs')}::text::bigint[],
      ${column(written, 'rawPayloadId')}::text::bigint[]
    ) as written (starts_at, value, known_at, known_until, raw_payload_id)
    on conflict (series_id, starts_at, known_at) do update set known_until = excluded.known_until`;
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

/** The values of a history that were replaced, and until when each was known. */
function revisionsOf(history: readonly KnownValue[]): (KnownValue & { readonly knownUntilUs: number })[] {
  return history.flatMap((known, i) => {
    const next = history[i + 1];
    return next === undefined ? [] : [{ ...known, knownUntilUs: next.knownAtUs }];
  });
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
