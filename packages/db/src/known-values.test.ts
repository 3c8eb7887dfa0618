import { isSameValue, type Value } from '@energy-data-service/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertObservation, type KnownValue } from './known-values.ts';

function known(value: Value, knownAtUs: number): KnownValue {
  return { value, knownAtUs, rawPayloadId: knownAtUs };
}

describe('insertObservation', () => {
  it('begins a history', () => {
    expect(insertObservation([], known('1', 10), null)).toEqual([known('1', 10)]);
  });

  it('keeps a repeated value known since it was first seen', () => {
    expect(insertObservation([known('1', 10)], known('1.0', 20), null)).toEqual([known('1', 10)]);
  });

  it('puts a late answer before the value that a later answer replaced it by', () => {
    const next = { receivedAtUs: 20, rawPayloadId: 20 };
    expect(insertObservation([known('2', 20)], known('1', 10), next)).toEqual([
      known('1', 10),
      known('2', 20),
    ]);
  });

  it('ends a late value where a later answer had seen the old one again', () => {
    // 1 was seen at 10 and again at 30, which left no trace in the history.
    const next = { receivedAtUs: 30, rawPayloadId: 30 };
    expect(insertObservation([known('1', 10)], known('2', 20), next)).toEqual([
      known('1', 10),
      known('2', 20),
      known('1', 30),
    ]);
  });

  it('makes a value known earlier when a late answer had seen it before', () => {
    const next = { receivedAtUs: 20, rawPayloadId: 20 };
    expect(insertObservation([known('1', 20)], known('1', 10), next)).toEqual([known('1', 10)]);
  });

  it('tells null from 0', () => {
    expect(insertObservation([known('0', 10)], known(null, 20), null)).toEqual([
      known('0', 10),
      known(null, 20),
    ]);
  });

  it('gives the same history for every order of processing', () => {
    const values = fc.array(fc.option(fc.constantFrom('0', '1', '1.0', '2')), { minLength: 1, maxLength: 8 });
    const shuffled = values.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(
          all.map((_, i) => i),
          { minLength: all.length },
        ),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([all, order]) => {
        const inOrder = all
          .map((value, i) => known(value, i))
          .filter(({ value }, i) => i === 0 || !isSameValue(value, all[i - 1] ?? null));
        let history: KnownValue[] = [];
        const processed: number[] = [];
        for (const i of order) {
          const later = processed.filter((one) => one > i);
          const next = later.length === 0 ? null : Math.min(...later);
          history = insertObservation(
            history,
            known(all[i] ?? null, i),
            next === null ? null : { receivedAtUs: next, rawPayloadId: next },
          );
          processed.push(i);
        }
        expect(history.map(({ knownAtUs }) => knownAtUs)).toEqual(inOrder.map(({ knownAtUs }) => knownAtUs));
        history.forEach(({ value }, i) => {
          expect(isSameValue(value, inOrder[i]?.value ?? null)).toBe(true);
        });
      }),
    );
  });
});
