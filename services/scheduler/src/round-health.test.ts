import { describe, expect, it } from 'vitest';
import { checkRoundEnds, checkRoundsComplete } from './round-health.ts';

describe('checkRoundEnds', () => {
  it('is content between rounds and within a long one, and finds one that hangs', () => {
    expect(() => checkRoundEnds(null)).not.toThrow();
    expect(() => checkRoundEnds(600_000)).not.toThrow();
    expect(() => checkRoundEnds(600_001)).toThrow('a round has been under way for 600 s');
  });
});

describe('checkRoundsComplete', () => {
  it('is not content before the first round', () => {
    expect(() => checkRoundsComplete(null, 5_000)).toThrow('no round has been completed yet');
  });

  it('forgives two minutes, and twelve rounds where they are rarer', () => {
    expect(() => checkRoundsComplete(120_000, 5_000)).not.toThrow();
    expect(() => checkRoundsComplete(120_001, 5_000)).toThrow('no round has been completed for 120 s');
    expect(() => checkRoundsComplete(12 * 60_000, 60_000)).not.toThrow();
    expect(() => checkRoundsComplete(12 * 60_000 + 1, 60_000)).toThrow('no round has been completed');
  });
});
