import {
  type Block,
  DocumentError,
  type DocumentPlace,
  isSameValue,
  type Value,
} from '@energy-data-service/domain';
import type { Period } from './period.ts';
import type { Steps } from './steps.ts';

/**
 * How the Points of a Period stand for its steps: A01, sequential fixed-size block, lists every step; A03,
 * variable-sized block, leaves a step out when its value equals the one before.
 */
export type CurveType = 'A01' | 'A03';

/** Points of a Period by position, ascending, each position once and within the steps. */
export interface Curve {
  readonly positions: readonly number[];
  readonly values: readonly Value[];
  /** Positions beyond the last step, which have been left out; as written. */
  readonly beyond: readonly string[];
}

/** Points in any order. */
type Points = Pick<Period, 'positions' | 'spellings' | 'values'>;

/**
 * Brings Points into order. The same Point twice is one.
 *
 * @throws {DocumentError} if one position has two different values
 */
export function sortPoints(
  { positions, spellings, values }: Points,
  steps: number,
  place: DocumentPlace,
): Curve {
  if (isAscending(positions) && (positions.at(-1) ?? 0) <= steps) return { positions, values, beyond: [] };

  const byPosition = new Map<number, Value>();
  const beyond: string[] = [];
  positions.forEach((position, i) => {
    const value = values[i] ?? null;
    const before = byPosition.get(position);
    if (position > steps) {
      beyond.push(spellings.get(i) ?? String(position));
    } else if (before === undefined) {
      byPosition.set(position, value);
    } else if (!isSameValue(before, value)) {
      throw new DocumentError('position has two different values', { ...place, position });
    }
  });
  const sorted = [...byPosition].sort(([a], [b]) => a - b);
  return {
    positions: sorted.map(([position]) => position),
    values: sorted.map(([, value]) => value),
    beyond,
  };
}

/**
 * The blocks that a Period's Points stand for, in order of time.
 *
 * A01: a Point covers its own step, and a position that is missing is missing data, which parts two blocks.
 * A03: a Point covers the steps up to the next Point, the last one up to the end of the Period; steps before
 * the first Point have no value. Nothing reaches beyond the Period, unless it is shorter than its only step and
 * that is of a fixed length (see `cutSteps`).
 *
 * @see https://transparencyplatform.zendesk.com/hc/en-us/articles/30262342482961-CurveType-A01-vs-CurveType-A03
 */
export function expandCurve(curve: Curve, curveType: CurveType, steps: Steps): Block[] {
  return curveType === 'A01' ? sequentialBlocks(curve, steps) : variableSizedBlocks(curve, steps);
}

function sequentialBlocks({ positions, values }: Curve, steps: Steps): Block[] {
  const blocks: Block[] = [];
  let first = 0;
  positions.forEach((position, i) => {
    if (positions[i + 1] === position + 1) return;
    blocks.push(toBlock(steps, position - 1 - (i - first), values.slice(first, i + 1)));
    first = i + 1;
  });
  return blocks;
}

function variableSizedBlocks({ positions, values }: Curve, steps: Steps): Block[] {
  const [first] = positions;
  if (first === undefined) return [];
  const filled: Value[] = [];
  positions.forEach((position, i) => {
    const next = positions[i + 1] ?? steps.count + 1;
    for (let step = position; step < next; step++) filled.push(values[i] ?? null);
  });
  return [toBlock(steps, first - 1, filled)];
}

function isAscending(positions: readonly number[]): boolean {
  for (let i = 1; i < positions.length; i++) {
    if ((positions[i - 1] ?? 0) >= (positions[i] ?? 0)) return false;
  }
  return true;
}

/** The block of `values` that begins at a step, counted from 0. */
function toBlock(steps: Steps, firstStep: number, values: readonly Value[]): Block {
  if (steps.kind === 'fixed') {
    return { kind: 'fixed', startMs: steps.startMs + firstStep * steps.stepMs, stepMs: steps.stepMs, values };
  }
  const end = firstStep + values.length;
  return {
    kind: 'calendar',
    startsMs: steps.startsMs.slice(firstStep, end),
    endMs: steps.startsMs[end] ?? steps.endMs,
    values,
  };
}
