import { describe, expect, it } from 'vitest';
import { parseResolution, resolutionMinutes } from './resolution.ts';

describe('parseResolution', () => {
  it.each([
    ['PT4S', 4_000],
    ['PT1M', 60_000],
    ['PT15M', 900_000],
    ['PT60M', 3_600_000],
    ['PT1H', 3_600_000],
  ])('%s is a fixed step of %i ms', (text, stepMs) => {
    expect(parseResolution(text)).toMatchObject({ kind: 'fixed', stepMs });
  });

  it.each(['P1D', 'P7D', 'P1M', 'P3M', 'P1Y'])('%s is a calendar step', (text) => {
    expect(parseResolution(text)).toMatchObject({ kind: 'calendar', text });
  });

  it.each(['', 'PT', 'P', 'PT0M', 'P0D', '-PT15M', 'P1DT1H', 'PT1.5H', '15M', 'P99999999999999D'])(
    '%j is none',
    (text) => {
      expect(parseResolution(text)).toBeUndefined();
    },
  );
});

describe('resolutionMinutes', () => {
  it('is null for calendar steps and for seconds', () => {
    expect(['PT15M', 'PT60M', 'P1D', 'PT4S'].map(resolutionMinutes)).toEqual([15, 60, null, null]);
  });
});
