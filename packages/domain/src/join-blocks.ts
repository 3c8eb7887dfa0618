import { type Block, blockEndMs, blockStartMs, stepStartMs, type Value } from './block.ts';

/**
 * Joins the blocks of one series in one answer into the fewest that say the same, ascending and without
 * overlap. Neighbours are joined only where one ends exactly at the start of the next: gaps stay gaps.
 *
 * Where blocks overlap, the answer's last word wins.
 *
 * @param blocks - of one series, in the order of the answer
 * @returns the blocks, and the starts of the steps that the answer gave twice with different values
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
  const [first] = run;
  if (first === undefined) throw new RangeError('no block to concatenate');
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

function resolveOverlaps(blocks: readonly Block[]): { blocks: Block[]; conflictsMs: number[] } {
  const steps = new Map<number, { value: Value; step: Block }>();
  const conflictsMs = new Set<number>();
  for (const block of blocks) {
    block.values.forEach((value, i) => {
      const startMs = stepStartMs(block, i);
      const before = steps.get(startMs);
      if (before !== undefined && !isSameValue(before.value, value)) conflictsMs.add(startMs);
      steps.set(startMs, { value, step: singleStep(block, i) });
    });
  }
  const singles = [...steps.values()].map(({ step }) => step);
  return {
    blocks: joinNeighbours(singles.toSorted((a, b) => blockStartMs(a) - blockStartMs(b))),
    conflictsMs: [...conflictsMs].sort((a, b) => a - b),
  };
}

function singleStep(block: Block, i: number): Block {
  const values = block.values.slice(i, i + 1);
  const startMs = stepStartMs(block, i);
  if (block.kind === 'fixed') return { kind: 'fixed', startMs, stepMs: block.stepMs, values };
  return { kind: 'calendar', startsMs: [startMs], endMs: block.startsMs[i + 1] ?? block.endMs, values };
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
