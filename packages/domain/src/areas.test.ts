import { describe, expect, it } from 'vitest';
import { AREAS, areaTimezone, findArea, isValidEic, nearestAreaCodes } from './areas.ts';

describe('AREAS', () => {
  it('have valid EICs and known time zones', () => {
    for (const { eic, timezone } of AREAS) {
      expect(isValidEic(eic), eic).toBe(true);
      if (timezone !== null) expect(() => Temporal.Now.zonedDateTimeISO(timezone)).not.toThrow();
    }
  });

  it('have names that lead to one area each', () => {
    const names = AREAS.flatMap(({ code, eic, aliases }) => [code, eic, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('findArea', () => {
  it('knows code, EIC and alias', () => {
    expect(findArea('DE_LU')?.eic).toBe('10Y1001A1001A82H');
    expect(findArea('10Y1001A1001A82H')?.code).toBe('DE_LU');
    expect(findArea('LU_BZN')?.code).toBe('DE_LU');
    expect(findArea('XX')).toBeUndefined();
  });
});

describe('isValidEic', () => {
  it('refuses a wrong check character, a wrong length and lower case', () => {
    expect(isValidEic('10YCZ-CEPS-----N')).toBe(true);
    expect(isValidEic('10YCZ-CEPS-----M')).toBe(false);
    expect(isValidEic('10YCZ-CEPS-----')).toBe(false);
    expect(isValidEic('10ycz-ceps-----n')).toBe(false);
  });
});

describe('nearestAreaCodes', () => {
  it('proposes what was meant', () => {
    expect(nearestAreaCodes('DELU')).toContain('DE_LU');
    expect(nearestAreaCodes('nowhere near')).toEqual([]);
  });
});

describe('areaTimezone', () => {
  it('is Central European for what has no zone of its own', () => {
    expect(areaTimezone('10YFI-1--------U')).toBe('Europe/Helsinki');
    expect(areaTimezone('10Y1001C--00090V')).toBe('Europe/Brussels');
  });
});
