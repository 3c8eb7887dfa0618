import type { Value } from '@energy-data-service/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectRequest } from './fixtures/collect-request.ts';
import { startText } from './fixtures/expand.ts';
import { loadDocument, period, point } from './fixtures/load-document.ts';
import { parseAnswer } from './parse-answer.ts';

const START = Temporal.Instant.from('2024-03-30T22:00Z');

interface Model {
  readonly curveType: 'A01' | 'A03';
  readonly stepMinutes: number;
  /** By Period: its number of steps, and its Points in the order of the document. */
  readonly periods: readonly {
    readonly steps: number;
    readonly points: readonly (readonly [number, Value])[];
  }[];
}

const value = fc.option(fc.constantFrom('0', '-1', '7.50', '123456789.123456'), { nil: null, freq: 5 });

const model: fc.Arbitrary<Model> = fc.record({
  curveType: fc.constantFrom('A01', 'A03'),
  stepMinutes: fc.constantFrom(1, 15, 30, 60),
  periods: fc.array(
    fc.integer({ min: 1, max: 40 }).chain((steps) =>
      fc.record({
        steps: fc.constant(steps),
        points: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: steps + 3 }), value), {
          selector: ([position]) => position,
          maxLength: 45,
        }),
      }),
    ),
    { minLength: 1, maxLength: 4 },
  ),
});

/** Periods one after the other, each followed by a gap of one step. */
function periodStart({ periods, stepMinutes }: Model, index: number): Temporal.Instant {
  const steps = periods.slice(0, index).reduce((sum, one) => sum + one.steps + 1, 0);
  return START.add({ minutes: steps * stepMinutes });
}

function toDocument(one: Model): string {
  const periods = one.periods.map(({ steps, points }, i) => {
    const start = periodStart(one, i);
    return period({
      start: start.toString({ smallestUnit: 'minute' }),
      end: start.add({ minutes: steps * one.stepMinutes }).toString({ smallestUnit: 'minute' }),
      resolution: `PT${one.stepMinutes}M`,
      points: points.map(([position, text]) => point(position, text)).join(''),
    });
  });
  return loadDocument({ curveType: `<curveType>${one.curveType}</curveType>`, periods: periods.join('') });
}

/** The rules, said as plainly as they can be: what does each single step hold? */
function expectedValues(one: Model): string[] {
  return one.periods.flatMap(({ steps, points }, i) =>
    Array.from({ length: steps }, (_, step) => step + 1).flatMap((position) => {
      const own = points.find(([at]) => at === position);
      const before = points.filter(([at]) => at <= position).sort(([a], [b]) => b - a)[0];
      const holding = one.curveType === 'A01' ? own : before;
      if (holding === undefined) return [];
      const at = periodStart(one, i).add({ minutes: (position - 1) * one.stepMinutes });
      return [`${at.toString({ smallestUnit: 'second' })} ${holding[1]}`];
    }),
  );
}

describe('a document', () => {
  it('says what the rules of its curve type say about every single step, in any order of Points', () => {
    fc.assert(
      fc.property(model, (one) => {
        const answer = parseAnswer(collectRequest(), new TextEncoder().encode(toDocument(one)));
        const values = answer.observations.flatMap((observation) =>
          observation.block.values.map((text, step) => `${startText(observation, step)} ${text}`),
        );
        expect(values).toEqual(expectedValues(one));
      }),
      { numRuns: 300 },
    );
  });
});
