import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, blockEndMs, blockStartMs, stepStartMs, type Value } from './block.ts';
import { isSameValue, joinBlocks } from './join-blocks.ts';

const HOUR = 3_600_000;

function hours(startHour: number, ...values: Value[]): Block {
  return { kind: 'fixed', startMs: startHour * HOUR, stepMs: HOUR, values };
}

function days(starts: number[], end: number, ...values: Value[]): Block {
  return { kind: 'calendar', startsMs: starts.map((hour) => hour * HOUR), endMs: end * HOUR, values };
}

describe('joinBlocks', () => {
  it('joins blocks that touch, in whatever order they came', () => {
    expect(joinBlocks([hours(2, '3'), hours(0, '1', '2')])).toEqual({
      blocks: [hours(0, '1', '2', '3')],
      conflictsMs: [],
    });
  });

  it('keeps a gap a gap', () => {
    expect(joinBlocks([hours(0, '1'), hours(2, null)]).blocks).toEqual([hours(0, '1'), hours(2, null)]);
  });

  it('joins calendar steps of 23 and 25 hours', () => {
    expect(joinBlocks([days([23], 48, '2'), days([0], 23, '1')]).blocks).toEqual([
      days([0, 23], 48, '1', '2'),
    ]);
  });

  it('lets the last word of the answer win and names where the words differ', () => {
    expect(joinBlocks([hours(0, '1', '2', '3'), hours(1, '2.0', '4')])).toEqual({
      blocks: [hours(0, '1', '2.0', '4')],
      conflictsMs: [2 * HOUR],
    });
  });

  it('loses no step when steps in several phases are laid over each other', () => {
    const quarters = [0, 0.25, 0.5].map((hour) => hours(hour, `${hour}`));
    expect(joinBlocks(quarters)).toEqual({ blocks: quarters, conflictsMs: [] });
  });

  it('says of every instant what the last block that contains it says, ascending, and names each step that lost', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fixedBlock, calendarBlock), { maxLength: 8 }), (blocks) => {
        const expected = layOver(blocks);
        const joined = joinBlocks(blocks);
        expect(joined.blocks.flatMap(stepsOf)).toEqual(expected.steps);
        expect(joined.conflictsMs).toEqual(expected.conflictsMs);
        expect(joinBlocks(joined.blocks)).toEqual({ blocks: joined.blocks, conflictsMs: [] });
      }),
      { numRuns: 1_000 },
    );
  });
});

const value = fc.option(fc.nat(3).map(String));

/** Steps of 15, 30 or 60 minutes that begin at any quarter of an hour. */
const fixedBlock: fc.Arbitrary<Block> = fc
  .record({
    startQuarter: fc.nat(12),
    stepQuarters: fc.constantFrom(1, 2, 4),
    values: fc.array(value, { maxLength: 5 }),
  })
  .map(({ startQuarter, stepQuarters, values }) => ({
    kind: 'fixed',
    startMs: (startQuarter * HOUR) / 4,
    stepMs: (stepQuarters * HOUR) / 4,
    values,
  }));

/** Steps of any lengths. */
const calendarBlock: fc.Arbitrary<Block> = fc
  .record({
    startQuarter: fc.nat(12),
    steps: fc.array(fc.record({ quarters: fc.integer({ min: 1, max: 6 }), value }), { maxLength: 4 }),
  })
  .map(({ startQuarter, steps }) => {
    const startsMs: number[] = [];
    let endMs = (startQuarter * HOUR) / 4;
    for (const { quarters } of steps) {
      startsMs.push(endMs);
      endMs += (quarters * HOUR) / 4;
    }
    return { kind: 'calendar', startsMs, endMs, values: steps.map((step) => step.value) };
  });

interface Step {
  readonly endMs: number;
  readonly value: Value;
}

function stepsOf(block: Block): [startMs: number, step: Step][] {
  return block.values.map((value, i) => {
    const isLast = i === block.values.length - 1;
    return [stepStartMs(block, i), { endMs: isLast ? blockEndMs(block) : stepStartMs(block, i + 1), value }];
  });
}

/** The same step by step: each block takes away all steps that start within it, and then gives its own. */
function layOver(blocks: readonly Block[]) {
  const laid = new Map<number, Step>();
  const conflictsMs = new Set<number>();
  for (const block of blocks) {
    if (block.values.length === 0) continue;
    const own = new Map(stepsOf(block));
    for (const [startMs, under] of laid) {
      if (startMs < blockStartMs(block) || startMs >= blockEndMs(block)) continue;
      const over = own.get(startMs);
      if (over === undefined || !isSameValue(under.value, over.value)) conflictsMs.add(startMs);
      laid.delete(startMs);
    }
    for (const [startMs, step] of own) laid.set(startMs, step);
  }
  return {
    steps: [...laid].sort(([a], [b]) => a - b),
    conflictsMs: [...conflictsMs].sort((a, b) => a - b),
  };
}

describe('isSameValue', () => {
  it.each([
    ['1.50', '1.5', true],
    ['-0', '0', true],
    ['007', '7', true],
    ['+7', '7.0', true],
    ['.5', '0.5', true],
    ['70', '7', false],
    ['-1', '1', false],
    [null, '0', false],
    [null, null, true],
  ])('%s and %s: %s', (a, b, same) => {
    expect(isSameValue(a, b)).toBe(same);
  });
});
