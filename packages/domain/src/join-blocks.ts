import { type Block, blockEndMs, blockStartMs, lastStepStartMs, stepStartMs, type Value } from './block.ts';

/**
 * Joins the blocks of one series in one answer into the fewest that say the same, their steps ascending. Neighbours
 * are joined only where one ends exactly at the start of the next: gaps stay gaps.
 *
 * Where blocks overlap, the answer's last word wins: a block takes the place of the steps that start within it. A
 * step that starts before a block stays, also if it ends within it.
 *
 * @param blocks - of one series, in the order of the answer
 * @returns the blocks, and the starts of the steps whose values gave way: to another value, or to steps that begin at other times
 */
export function joinBlocks(blocks: readonly Block[]): { blocks: Block[]; conflictsMs: number[] } {
  const ascending = blocks
    .filter((block) => block.values.length > 0)
    .toSorted((a, b) => blockStartMs(a) - blockStartMs(b));
  const overlapping = ascending.some((block, i) => {
    const before = ascending[i - 1];
    return before !== undefined && blockEndMs(before) > blockStartMs(block);
  });
  if (overlapping) return resolveOverlaps(blocks);
  return { blocks: joinNeighbours(ascending), conflictsMs: [] };
}

function joinNeighbours(ascending: readonly Block[]): Block[] {
  const joined: Block[] = [];
  let run: Block[] = [];
  for (const block of ascending) {
    const before = run.at(-1);
    if (before !== undefined && !isNeighbour(before, block)) {
      joined.push(concatenate(run));
      run = [];
    }
    run.push(block);
  }
  if (run.length > 0) joined.push(concatenate(run));
  return joined;
}

function isNeighbour(before: Block, block: Block): boolean {
  return (
    blockEndMs(before) === blockStartMs(block) &&
    (before.kind === 'fixed'
      ? block.kind === 'fixed' && block.stepMs === before.stepMs
      : block.kind === 'calendar')
  );
}

function concatenate(run: readonly Block[]): Block {
  const first = blockAt(run, 0);
  if (run.length === 1) return first;
  const values = run.flatMap((block) => block.values);
  if (first.kind === 'fixed') return { ...first, values };
  return {
    kind: 'calendar',
    startsMs: run.flatMap((block) => (block.kind === 'calendar' ? block.startsMs : [])),
    endMs: blockEndMs(run.at(-1) ?? first),
    values,
  };
}

/** Lays the blocks over each other in their order: each takes the place of the steps that start within it. */
function resolveOverlaps(blocks: readonly Block[]): { blocks: Block[]; conflictsMs: number[] } {
  // Their steps ascend. Their ends need not: a step may end after the next block has begun.
  const laid: Block[] = [];
  const conflictsMs = new Set<number>();
  for (const block of blocks) {
    if (block.values.length === 0) continue;
    const startMs = blockStartMs(block);
    const endMs = blockEndMs(block);
    const first = firstIndex(laid.length, (i) => lastStepStartMs(blockAt(laid, i)) >= startMs);
    const last = firstIndex(laid.length, (i) => blockStartMs(blockAt(laid, i)) >= endMs);
    const covered = laid.slice(first, last);
    for (const one of covered) {
      for (const stepMs of differingSteps(one, block)) conflictsMs.add(stepMs);
    }
    const before = covered.slice(0, 1).map((one) => sliceBlock(one, 0, stepsBefore(one, startMs)));
    const after = covered.slice(-1).map((one) => sliceBlock(one, stepsBefore(one, endMs), one.values.length));
    const pieces = [...before, block, ...after].filter(({ values }) => values.length > 0);
    laid.splice(first, last - first, ...pieces);
  }
  return { blocks: joinNeighbours(laid), conflictsMs: [...conflictsMs].sort((a, b) => a - b) };
}

/** Starts of the steps of `under` that start within `over`, and have another value there or none. */
function differingSteps(under: Block, over: Block): number[] {
  const to = stepsBefore(under, blockEndMs(over));
  const differing: number[] = [];
  for (let i = stepsBefore(under, blockStartMs(over)); i < to; i++) {
    const startMs = stepStartMs(under, i);
    const j = stepsBefore(over, startMs);
    const value = j < over.values.length && stepStartMs(over, j) === startMs ? over.values[j] : undefined;
    if (value === undefined || !isSameValue(under.values[i] ?? null, value)) differing.push(startMs);
  }
  return differing;
}

/** Number of steps that start before an instant. */
function stepsBefore(block: Block, instantMs: number): number {
  const count = block.values.length;
  if (block.kind === 'calendar') return firstIndex(count, (i) => stepStartMs(block, i) >= instantMs);
  return Math.min(count, Math.max(0, Math.ceil((instantMs - block.startMs) / block.stepMs)));
}

function sliceBlock(block: Block, from: number, to: number): Block {
  const values = block.values.slice(from, to);
  if (block.kind === 'fixed') return { ...block, startMs: block.startMs + from * block.stepMs, values };
  return {
    kind: 'calendar',
    startsMs: block.startsMs.slice(from, to),
    endMs: block.startsMs[to] ?? block.endMs,
    values,
  };
}

/** The first index at which a condition holds that holds from there on; `count` if it never does. */
function firstIndex(count: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function blockAt(blocks: readonly Block[], i: number): Block {
  const block = blocks[i];
  if (block === undefined) throw new RangeError(`block ${i} of ${blocks.length}`);
  return block;
}

/**
 * Whether two published values are the same number: `7146.10` and `7146.1` are, null and `0` are not.
 * Agrees with PostgreSQL's `is not distinct from` on numeric.
 */
export function isSameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  return canonicalDecimal(a) === canonicalDecimal(b);
}

function canonicalDecimal(text: string): string {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  const digits = `${whole.replace(/^0+/, '') || '0'}.${fraction.replace(/0+$/, '')}`;
  return negative && digits !== '0.' ? `-${digits}` : digits;
}
