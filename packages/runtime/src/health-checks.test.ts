import { describe, expect, it } from 'vitest';
import { findFailedChecks } from './health-checks.ts';

describe('findFailedChecks', () => {
  it('finds nothing where all succeed', async () => {
    expect(await findFailedChecks([['a', async () => 1]])).toEqual([]);
  });

  it('takes a check that never ends for a failed one, and waits for no other longer', async () => {
    const failed = await findFailedChecks(
      [
        ['endless', () => new Promise(() => undefined)],
        ['well', async () => 1],
        ['ill', () => Promise.reject(new Error('ill'))],
      ],
      10,
    );
    expect(failed).toEqual([
      { name: 'endless', reason: new Error('no answer within 10 ms') },
      { name: 'ill', reason: new Error('ill') },
    ]);
  });
});
