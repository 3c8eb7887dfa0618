/** One of the two things that are compared. */
export interface Side {
  /** Brings everything into the state that the work expects; not part of the measured time. */
  prepare?(): Promise<void>;
  work(): Promise<unknown> | unknown;
  /** Ends what the work has left running; not part of the measured time. */
  finish?(): Promise<void>;
}

export interface Comparison {
  readonly reference: Side;
  readonly ours: Side;
  /** Measured rounds; one more of each side goes before them and is not counted. */
  readonly rounds: number;
  /** Work shorter than this is repeated until so much time has passed; a side that prepares is never repeated. */
  readonly leastMs?: number;
}

/** Median time that the work took once. */
export interface Times {
  readonly referenceMs: number;
  readonly oursMs: number;
}

/**
 * Measures two sides in turn (reference, ours, reference, ours …), so that what slows the machine for a while
 * slows both.
 *
 * @param now - a clock in milliseconds
 */
export async function compare(
  { reference, ours, rounds, leastMs = 0 }: Comparison,
  now: () => number = () => performance.now(),
): Promise<Times> {
  const samples: { referenceMs: number; oursMs: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    samples.push({
      referenceMs: await sample(reference, leastMs, now),
      oursMs: await sample(ours, leastMs, now),
    });
  }
  const measured = samples.slice(1);
  return {
    referenceMs: median(measured.map(({ referenceMs }) => referenceMs)),
    oursMs: median(measured.map(({ oursMs }) => oursMs)),
  };
}

async function sample(side: Side, leastMs: number, now: () => number): Promise<number> {
  await side.prepare?.();
  const startedAt = now();
  let elapsedMs = 0;
  let times = 0;
  do {
    await side.work();
    times++;
    elapsedMs = now() - startedAt;
  } while (elapsedMs < leastMs && side.prepare === undefined);
  await side.finish?.();
  return elapsedMs / times;
}

/**
 * The value in the middle; of an even number, the mean of the two in the middle.
 *
 * @throws {RangeError} for no values
 */
export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const upper = ascending[Math.floor(ascending.length / 2)];
  const lower = ascending[Math.ceil(ascending.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('median of no values');
  return (lower + upper) / 2;
}
