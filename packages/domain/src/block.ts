/** A value as published: the digits of a decimal number; null is an explicit "no value", never 0. */
export type Value = string | null;

/**
 * Values of consecutive steps of one series; a year of quarter hours is one block. Every step of a block was
 * published: what is missing lies between two blocks.
 */
export type Block = FixedBlock | CalendarBlock;

/** Steps of equal length. Value i starts at `startMs + i × stepMs`. */
export interface FixedBlock {
  readonly kind: 'fixed';
  /** Start of the first step, milliseconds since the epoch. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly values: readonly Value[];
}

/** Steps of a calendar, each with its own start. */
export interface CalendarBlock {
  readonly kind: 'calendar';
  /** Starts of the steps, ascending, milliseconds since the epoch; as many as values. */
  readonly startsMs: readonly number[];
  /** End of the last step (exclusive). */
  readonly endMs: number;
  readonly values: readonly Value[];
}

/** Start of the first step (inclusive), milliseconds since the epoch. */
export function blockStartMs(block: Block): number {
  return block.kind === 'fixed' ? block.startMs : (block.startsMs[0] ?? block.endMs);
}

/** End of the last step (exclusive), milliseconds since the epoch. */
export function blockEndMs(block: Block): number {
  return block.kind === 'fixed' ? block.startMs + block.values.length * block.stepMs : block.endMs;
}

/** Start of the first step (inclusive). */
export function blockStart(block: Block): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(blockStartMs(block));
}

/** End of the last step (exclusive). */
export function blockEnd(block: Block): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(blockEndMs(block));
}

/** Start of step `i`, milliseconds since the epoch; `i` must be one of the block's steps. */
export function stepStartMs(block: Block, i: number): number {
  if (block.kind === 'fixed') return block.startMs + i * block.stepMs;
  const start = block.startsMs[i];
  if (start === undefined) throw new RangeError(`step ${i} of ${block.startsMs.length}`);
  return start;
}

/** Start of the last step, milliseconds since the epoch; the block must have one. */
export function lastStepStartMs(block: Block): number {
  return stepStartMs(block, block.values.length - 1);
}
