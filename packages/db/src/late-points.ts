import { isSameValue, stepStartMs, type Value } from '@energy-data-service/domain';
import type { Transaction } from './connect.ts';
import { insertObservation, type KnownValue } from './known-values.ts';
import { firstToSpeak, type LaterAnswer } from './later-answers.ts';
import { instant, microseconds } from './microseconds.ts';
import { type Blocks, type Origin, type PointChanges, spanOf } from './points.ts';

/**
 * Stores blocks of an answer that is not the newest: what a later answer has replaced goes into the history
 * and not into the present. Slower than `writeBlocks`, and rare.
 *
 * The caller holds the series' lock.
 *
 * @param later - all that spoke of time within the blocks, earliest first
 */
export async function writeLateBlocks(
  transaction: Transaction,
  seriesId: number,
  blocks: Blocks,
  { rawPayloadId, receivedAt }: Origin,
  later: readonly LaterAnswer[],
): Promise<PointChanges> {
  const knownAtUs = Number(receivedAt.epochNanoseconds / 1000n);
  const histories = await readHistories(transaction, seriesId, blocks);
  const steps = blocks.flatMap((block) =>
    block.values.map((value, i) => ({ value, startsAtUs: stepStartMs(block, i) * 1000 })),
  );
  const speakers = firstToSpeak(
    steps.map(({ startsAtUs }) => startsAtUs),
    later,
  );
  const rewritten = steps.map(({ value, startsAtUs }, i): Rewritten => {
    const before = histories.get(startsAtUs) ?? [];
    const history = insertObservation(before, { value, knownAtUs, rawPayloadId }, speakers[i] ?? null);
    return { startsAtUs, before, history };
  });
  await writeHistories(
    transaction,
    seriesId,
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

/** By instant, in microseconds since the epoch; instants without a history are left out. */
async function readHistories(
  transaction: Transaction,
  seriesId: number,
  blocks: Blocks,
): Promise<Map<number, KnownValue[]>> {
  const { from, to } = spanOf(blocks);
  // A plan that was made before rows were taken out of TimescaleDB's columns may not see them.
  await transaction`set local plan_cache_mode = force_custom_plan`;
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
  changed: readonly Rewritten[],
): Promise<void> {
  if (changed.length === 0) return;
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
  await deleteRevisions(transaction, seriesId, gone);
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

/** @param gone - by instant, ascending */
async function deleteRevisions(
  transaction: Transaction,
  seriesId: number,
  gone: readonly { readonly startsAtUs: number; readonly knownAtUs: number }[],
): Promise<void> {
  const [first] = gone;
  const last = gone.at(-1);
  if (first === undefined || last === undefined) return;
  // The first and the last as parameters: TimescaleDB takes all that may lie between them out of its columns.
  await transaction`
    delete from point_revision
    using unnest(
      ${column(gone, 'startsAtUs')}::text::bigint[],
      ${column(gone, 'knownAtUs')}::text::bigint[]
    ) as gone (starts_at, known_at)
    where series_id = ${seriesId}
      and point_revision.starts_at >= ${toInstant(first)}
      and point_revision.starts_at <= ${toInstant(last)}
      and point_revision.starts_at = ${instant(transaction, 'gone.starts_at')}
      and point_revision.known_at = ${instant(transaction, 'gone.known_at')}`;
}

function toInstant({ startsAtUs }: { readonly startsAtUs: number }): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(startsAtUs / 1000);
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
