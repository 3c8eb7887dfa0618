import { describe, expect, it } from 'vitest';
import { compare, median } from './comparison.ts';

/** A clock that only work moves, and a log of what was done. */
function fakeWork() {
  let nowMs = 0;
  const log: string[] = [];
  return {
    now: () => nowMs,
    log,
    /** Work that takes each of the times in turn. */
    side(name: string, timesMs: readonly number[]) {
      let run = 0;
      return {
        work: async () => {
          log.push(name);
          nowMs += timesMs[run++ % timesMs.length] ?? 0;
        },
      };
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('compare', () => {
  it('alternates, the reference first', async () => {
    const { log, now, side } = fakeWork();
    await compare({ reference: side('theirs', [1]), ours: side('ours', [1]), rounds: 2 }, now);
    expect(log).toEqual(['theirs', 'ours', 'theirs', 'ours', 'theirs', 'ours']);
  });

  it('leaves the warm-up out and takes the median of the rest', async () => {
    const { now, side } = fakeWork();
    const reference = side('theirs', [900, 10, 30, 20]);
    const ours = side('ours', [800, 3, 1, 500]);
    expect(await compare({ reference, ours, rounds: 3 }, now)).toEqual({ referenceMs: 20, oursMs: 3 });
  });

  it('repeats short work and gives the time of one run', async () => {
    const { log, now, side } = fakeWork();
    const times = await compare(
      { reference: side('theirs', [100]), ours: side('ours', [4]), rounds: 1, leastMs: 10 },
      now,
    );
    expect(times).toEqual({ referenceMs: 100, oursMs: 4 });
    expect(log.filter((name) => name === 'ours')).toHaveLength(6);
  });

  it('prepares before and finishes after each run, and does not count that time', async () => {
    const { log, now, side, pass } = fakeWork();
    const ours = {
      ...side('ours', [4]),
      prepare: async () => {
        log.push('prepare');
        pass(1_000);
      },
      finish: async () => {
        log.push('finish');
        pass(1_000);
      },
    };
    const times = await compare({ reference: side('theirs', [20]), ours, rounds: 1, leastMs: 10 }, now);
    expect(times).toEqual({ referenceMs: 20, oursMs: 4 });
    expect(log).toEqual(['theirs', 'prepare', 'ours', 'finish', 'theirs', 'prepare', 'ours', 'finish']);
  });

  it('fails when the work fails', async () => {
    const broken = { work: () => Promise.reject(new Error('broken')) };
    await expect(compare({ reference: broken, ours: broken, rounds: 1 })).rejects.toThrow('broken');
  });
});

describe('median', () => {
  it.each([
    { values: [7], expected: 7 },
    { values: [9, 1, 2], expected: 2 },
    { values: [10, 2, 1, 3], expected: 2.5 },
  ])('of $values is $expected', ({ values, expected }) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is refused', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});
