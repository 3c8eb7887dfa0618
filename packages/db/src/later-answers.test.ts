import { type Block, joinBlocks, stepStartMs } from '@energy-data-service/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstToSpeak, type LaterAnswer, partBlocks, type Stretch } from './later-answers.ts';

const MS = 1_000;

function block(startMs: number, steps: number): Block {
  return { kind: 'fixed', startMs, stepMs: 1, values: Array.from({ length: steps }, () => '1') };
}

function stretch(startMs: number, steps: number, stepMs = 1): Stretch {
  const startsAtUs = startMs * MS;
  const stepUs = stepMs * MS;
  return { startsAtUs, endsAtUs: startsAtUs + steps * stepUs, stepUs, stepStartsUs: null };
}

function calendar(startsMs: readonly number[], endMs: number): Stretch {
  const stepStartsUs = startsMs.map((startMs) => startMs * MS);
  return {
    startsAtUs: stepStartsUs[0] ?? endMs * MS,
    endsAtUs: endMs * MS,
    stepUs: null,
    stepStartsUs: new Set(stepStartsUs),
  };
}

function answer(id: number, ...stretches: Stretch[]): LaterAnswer {
  return { receivedAtUs: id, rawPayloadId: id, stretches };
}

const someStretch = fc.oneof(
  fc
    .tuple(fc.nat(30), fc.nat(6), fc.integer({ min: 1, max: 3 }))
    .map(([startMs, steps, stepMs]) => stretch(startMs, steps, stepMs)),
  fc
    .tuple(fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 4 }))
    .map(([starts, length]) => {
      const startsMs = starts.sort((a, b) => a - b);
      return calendar(startsMs, (startsMs.at(-1) ?? 0) + length);
    }),
);
const someAnswers = fc
  .array(fc.array(someStretch, { maxLength: 5 }), { maxLength: 4 })
  .map((answers) => answers.map((stretches, i) => answer(i + 1, ...stretches)));

describe('firstToSpeak', () => {
  it('is, for each step, the first answer whose last word on its start is a step that begins there', () => {
    const steps = fc.uniqueArray(fc.nat(40)).map((starts) => starts.sort((a, b) => a - b));
    fc.assert(
      fc.property(steps, someAnswers, (startsMs, later) => {
        const startsUs = startsMs.map((startMs) => startMs * MS);
        const expected = startsUs.map((us) => later.find((one) => gaveValueTo(one, us)) ?? null);
        expect(firstToSpeak(startsUs, later)).toEqual(expected);
      }),
    );
  });

  it.each([
    ['one after the other', (i: number) => stretch(i, 1)],
    ['from the last to the first', (i: number) => stretch(4_000 - i, 1)],
    ['each laid over all before it', (i: number) => stretch(0, 4_000 - i)],
    ['all of the whole time', () => stretch(0, 4_000)],
    ['far apart', (i: number) => stretch(2 * i, 1)],
  ])('looks at no stretch for the steps of another, with thousands of them %s', (_, stretchAt) => {
    let looks = 0;
    const stretches = Array.from({ length: 4_000 }, (_, i) => counted(stretchAt(i), () => looks++));
    const startsUs = Array.from({ length: 4_000 }, (_, i) => i * MS);
    firstToSpeak(startsUs, [answer(1, ...stretches)]);
    // The start and the end of each to find its steps, and the start once for each step: not 4,000 × 4,000.
    expect(looks).toBeLessThanOrEqual(2 * 2 * stretches.length + startsUs.length);
  });
});

describe('partBlocks', () => {
  it('finds the blocks within which any later answer spoke of any time', () => {
    const blocks = fc
      .array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 4 })), { maxLength: 8 })
      .map((gaps) => {
        let startMs = 0;
        return gaps.map(([gap, steps]) => {
          const one = block(startMs + gap, steps);
          startMs += gap + steps;
          return one;
        });
      });
    fc.assert(
      fc.property(blocks, someAnswers, (some, later) => {
        const { late, others } = partBlocks(some, later);
        expect(late).toEqual(some.filter((one) => isSpokenOf(one, later)));
        expect(others).toEqual(some.filter((one) => !isSpokenOf(one, later)));
      }),
    );
  });

  it('leaves out no block of which a later answer may have spoken, also where steps end within the next block', () => {
    const some = fc
      .array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })), {
        maxLength: 6,
      })
      .map((all) =>
        all.map(([startMs, steps, stepMs]): Block => ({ ...block(startMs, steps), stepMs }) as Block),
      );
    fc.assert(
      fc.property(some, someAnswers, (blocks, later) => {
        const joined = joinBlocks(blocks).blocks;
        const { late, others } = partBlocks(joined, later);
        expect(joined.filter((one) => late.includes(one) || others.includes(one))).toEqual(joined);
        for (const one of others) {
          for (let i = 0; i < one.values.length; i++) {
            const startUs = stepStartMs(one, i) * MS;
            expect(later.filter((answer) => gaveValueTo(answer, startUs))).toEqual([]);
          }
        }
      }),
    );
  });

  it('looks at no stretch for each block, with thousands of both', () => {
    let looks = 0;
    const stretches = Array.from({ length: 4_000 }, (_, i) => counted(stretch(3 * i, 1), () => looks++));
    const blocks = Array.from({ length: 4_000 }, (_, i) => block(3 * i + 1, 1));
    expect(partBlocks(blocks, [answer(1, ...stretches)]).late).toEqual([]);
    const comparisons = 2 * 4_000 * Math.ceil(Math.log2(4_000));
    expect(looks).toBeLessThanOrEqual(comparisons + 4 * 4_000);
  });
});

/** The rule, without any thought of its cost. */
function gaveValueTo({ stretches }: LaterAnswer, instantUs: number): boolean {
  const last = stretches.findLast(
    ({ startsAtUs, endsAtUs }) => startsAtUs <= instantUs && instantUs < endsAtUs,
  );
  if (last === undefined) return false;
  return last.stepUs === null
    ? (last.stepStartsUs?.has(instantUs) ?? false)
    : (instantUs - last.startsAtUs) % last.stepUs === 0;
}

function isSpokenOf(one: Block, later: readonly LaterAnswer[]): boolean {
  if (one.kind !== 'fixed') throw new Error('only blocks of fixed steps are generated');
  const startUs = one.startMs * MS;
  const endUs = startUs + one.values.length * MS;
  return later.some(({ stretches }) =>
    stretches.some(({ startsAtUs, endsAtUs }) => startsAtUs < endUs && endsAtUs > startUs),
  );
}

/** The same stretch, telling each time that its bounds are read. */
function counted(one: Stretch, onLook: () => void): Stretch {
  return {
    ...one,
    get startsAtUs() {
      onLook();
      return one.startsAtUs;
    },
    get endsAtUs() {
      onLook();
      return one.endsAtUs;
    },
  };
}
