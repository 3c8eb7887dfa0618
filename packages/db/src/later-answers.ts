import { type Block, blockEndMs, blockStartMs } from '@energy-data-service/domain';

/** What an answer said of a series that was received after the one that is being stored. */
export interface LaterAnswer {
  readonly receivedAtUs: number;
  readonly rawPayloadId: number;
  /** In the order of the answer. */
  readonly stretches: readonly Stretch[];
}

/** A stretch of the series that an answer spoke of; all in microseconds since the epoch. */
export interface Stretch {
  readonly startsAtUs: number;
  /** Exclusive. */
  readonly endsAtUs: number;
  /** Length of a step; null for steps of a calendar, whose starts are `stepStartsUs`. */
  readonly stepUs: number | null;
  readonly stepStartsUs: ReadonlySet<number> | null;
}

/**
 * Parts blocks into those of which a later answer may have spoken, and the others, of whose time none did.
 *
 * @param blocks - their steps ascending
 */
export function partBlocks(
  blocks: readonly Block[],
  later: readonly LaterAnswer[],
): { readonly late: Block[]; readonly others: Block[] } {
  const stretches = later.flatMap((answer) => answer.stretches).sort((a, b) => a.startsAtUs - b.startsAtUs);
  const late: Block[] = [];
  const others: Block[] = [];
  let next = 0;
  // The last end of the stretches that start before the end of the block or of one before it.
  let spokenUntilUs = Number.NEGATIVE_INFINITY;
  for (const block of blocks) {
    const endUs = blockEndMs(block) * 1000;
    for (let one = stretches[next]; one !== undefined && one.startsAtUs < endUs; one = stretches[++next]) {
      spokenUntilUs = Math.max(spokenUntilUs, one.endsAtUs);
    }
    (spokenUntilUs > blockStartMs(block) * 1000 ? late : others).push(block);
  }
  return { late, others };
}

/**
 * For each step, the first later answer that gave its start a value; null where none did. Where an answer spoke
 * twice of a time, its last word counts: a step that another stretch was laid over has no value.
 *
 * An answer costs as much as it has stretches and steps between its first and its last: there may be thousands of
 * polls after a year of backfill, and thousands of stretches in one answer.
 *
 * @param startsUs - starts of the steps, ascending
 * @param later - earliest first
 */
export function firstToSpeak(
  startsUs: readonly number[],
  later: readonly LaterAnswer[],
): (LaterAnswer | null)[] {
  const first: (LaterAnswer | null)[] = startsUs.map(() => null);
  for (const answer of later) {
    const { from, to } = stepsWithin(startsUs, extentOf(answer.stretches));
    const unspoken = createRemaining(from, to);
    for (const stretch of answer.stretches.toReversed()) {
      const within = stepsWithin(startsUs, stretch);
      for (let i = unspoken.from(within.from); i < within.to; i = unspoken.from(i)) {
        unspoken.remove(i);
        if (first[i] === null && hasStepAt(stretch, startsUs[i] ?? Number.NaN)) first[i] = answer;
      }
    }
  }
  return first;
}

/** From the start of the first to the end of the last stretch. */
function extentOf(stretches: readonly Stretch[]): Pick<Stretch, 'startsAtUs' | 'endsAtUs'> {
  let [startsAtUs, endsAtUs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const stretch of stretches) {
    startsAtUs = Math.min(startsAtUs, stretch.startsAtUs);
    endsAtUs = Math.max(endsAtUs, stretch.endsAtUs);
  }
  return { startsAtUs, endsAtUs };
}

/** Indices of the steps that start within a time: `from` ≤ i < `to`. */
function stepsWithin(
  startsUs: readonly number[],
  { startsAtUs, endsAtUs }: Pick<Stretch, 'startsAtUs' | 'endsAtUs'>,
): { readonly from: number; readonly to: number } {
  const from = firstFrom(startsUs, startsAtUs);
  return { from, to: Math.max(from, firstFrom(startsUs, endsAtUs)) };
}

/** Index of the first step that starts at an instant or later; the number of steps if none does. */
function firstFrom(startsUs: readonly number[], instantUs: number): number {
  let [low, high] = [0, startsUs.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((startsUs[middle] ?? Number.NaN) < instantUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The indices `from` ≤ i < `to` that have not been removed, without looking at the others more than a few times. */
function createRemaining(from: number, to: number) {
  // Each leads towards the next one that remains, which leads to itself.
  const next = Uint32Array.from({ length: to - from + 1 }, (_, i) => i);
  return {
    /** The first one from `i` on; `to` if none is left. */
    from(i: number): number {
      let at = i - from;
      for (let after = next[at] ?? at; after !== at; after = next[at] ?? at) {
        const jump = next[after] ?? after;
        next[at] = jump;
        at = jump;
      }
      return from + at;
    },

    remove(i: number): void {
      next[i - from] = i - from + 1;
    },
  };
}

/** Whether one of the stretch's steps starts at an instant within it. */
function hasStepAt({ startsAtUs, stepUs, stepStartsUs }: Stretch, instantUs: number): boolean {
  if (stepUs !== null) return (instantUs - startsAtUs) % stepUs === 0;
  return stepStartsUs?.has(instantUs) ?? false;
}
