import { expect, it } from 'vitest';
import { afterFailure, CIRCUIT_LIMITS, type Circuit, probeOrder } from './circuit.ts';

const limits = { ...CIRCUIT_LIMITS, failures: 3, firstPauseMs: 30_000, longestPauseMs: 100_000 };
const START = Temporal.Instant.from('2024-01-01T00:00:00Z');

/** Lets requests fail, each asked and answered so many seconds after the start. */
function fail(...failures: [request: string, askedSeconds: number, failedSeconds: number][]): Circuit {
  const circuit = failures.reduce<Circuit | null>(
    (before, [request, askedSeconds, failedSeconds]) =>
      afterFailure(
        before,
        { request, item: `item of ${request}` },
        {
          askedAt: START.add({ seconds: askedSeconds }),
          now: START.add({ seconds: failedSeconds }),
          limits,
        },
      ),
    null,
  );
  if (circuit === null) throw new Error('nothing failed');
  return circuit;
}

it('cuts a source off after so many different requests in a row, and lets one try after a pause', () => {
  expect(fail(['a', 0, 1], ['b', 1, 2]).openedAt).toBeNull();
  expect(fail(['a', 0, 1], ['b', 1, 2], ['c', 2, 3])).toEqual({
    failures: 3,
    requests: ['a', 'b', 'c'],
    items: ['item of a', 'item of b', 'item of c'],
    openedAt: START.add({ seconds: 3 }),
    probeAt: START.add({ seconds: 33 }),
  });
});

it('is not moved by few requests that always fail', () => {
  expect(fail(['a', 0, 1], ['a', 2, 3], ['a', 4, 5], ['a', 6, 7]).failures).toBe(1);
  expect(fail(['a', 0, 1], ['b', 2, 3], ['a', 4, 5], ['b', 6, 7], ['a', 8, 9]).failures).toBe(2);
});

it('waits twice as long after each try that failed, up to a bound', () => {
  const open: Parameters<typeof fail> = [
    ['a', 0, 1],
    ['b', 1, 2],
    ['c', 2, 3],
  ];
  expect(fail(...open, ['a', 33, 34]).probeAt).toEqual(START.add({ seconds: 34 + 60 }));
  // The try may well be the same request each time.
  expect(fail(...open, ['a', 33, 34], ['a', 94, 95]).probeAt).toEqual(START.add({ seconds: 95 + 100 }));
  expect(fail(...open, ['a', 33, 34], ['a', 94, 95]).openedAt).toEqual(START.add({ seconds: 3 }));
});

it('lets live data and the rest go first by turns, and of the rest what has not failed', () => {
  expect(probeOrder(0)).toEqual(['live', 'untried', 'failed']);
  expect(probeOrder(1)).toEqual(['untried', 'failed', 'live']);
  expect(probeOrder(2)).toEqual(probeOrder(0));
});

it('is not moved by requests that were under way when the source was cut off', () => {
  const open = fail(['a', 0, 1], ['b', 1, 2], ['c', 2, 3]);
  expect(fail(['a', 0, 1], ['b', 1, 2], ['c', 2, 3], ['d', 2, 60])).toEqual(open);
});
