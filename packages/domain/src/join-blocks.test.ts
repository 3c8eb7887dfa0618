import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, stepStartMs, type Value } from './block.ts';
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

  it('says of every instant what the last block that contains it says, in ascending disjoint blocks', () => {
    const value = fc.option(fc.nat(3).map(String));
    const block = fc
      .tuple(fc.nat(20), fc.array(value, { maxLength: 5 }))
      .map(([start, values]) => hours(start, ...values));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 8 }), (blocks) => {
        const expected = new Map<number, Value>();
        for (const one of blocks) {
          one.values.forEach((v, i) => {
            expected.set(stepStartMs(one, i), v);
          });
        }
        const joined = joinBlocks(blocks).blocks.flatMap((one) =>
          one.values.map((v, i) => [stepStartMs(one, i), v] as const),
        );
        expect(joined).toEqual([...expected].sort(([a], [b]) => a - b));
      }),
    );
  });
});

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
