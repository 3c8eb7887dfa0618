import { isSameValue, type Value } from '@energy-data-service/domain';

/** A value of one instant, from the moment it was first seen until the next one of the instant's history. */
export interface KnownValue {
  readonly value: Value;
  /** Microseconds since the epoch. */
  readonly knownAtUs: number;
  readonly rawPayloadId: number;
}

/**
 * Puts an observation into the history of one instant, at whatever time it was made, so that the history is
 * the same as if all answers had been processed in the order in which they came.
 *
 * A history keeps only changes. Between two of them the value may have been seen again, and a late answer
 * holds only until then: after it the history goes on with what was known at that time.
 *
 * @param history - ascending by time, consecutive values differ, the last is the present; may be empty
 * @param late - what a late answer said, and when that was received
 * @param next - the first later answer that spoke of this instant, null if there is none
 */
export function insertObservation(
  history: readonly KnownValue[],
  late: KnownValue,
  next: { readonly receivedAtUs: number; readonly rawPayloadId: number } | null,
): KnownValue[] {
  const before = history.filter(({ knownAtUs }) => knownAtUs < late.knownAtUs);
  const resumed = next === null ? [] : [resume(history, next)];
  const after = history.filter(({ knownAtUs }) => next !== null && knownAtUs > next.receivedAtUs);
  return [...before, late, ...resumed, ...after].filter(
    (known, i, all) => i === 0 || !isSameValue(known.value, all[i - 1]?.value as Value),
  );
}

/**
 * What the history goes on with after a late answer, as of the later answer `next`. The number is that answer's; the
 * digits are those in which it was first seen, as a history keeps no equal number twice.
 */
function resume(
  history: readonly KnownValue[],
  { receivedAtUs, rawPayloadId }: { receivedAtUs: number; rawPayloadId: number },
): KnownValue {
  const known = history.findLast(({ knownAtUs }) => knownAtUs <= receivedAtUs);
  if (known === undefined) throw new Error('an instant was observed, and its history does not know it');
  return { value: known.value, knownAtUs: receivedAtUs, rawPayloadId };
}
