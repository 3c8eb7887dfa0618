import { findArea } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { CollectAreas, CollectDatasets, endedAreas } from './config.ts';

function areaCodes(text: string): string[] {
  return CollectAreas.parse(text).map(({ code }) => code);
}

function problems(text: string): string[] | undefined {
  return CollectAreas.safeParse(text).error?.issues.map(({ message }) => message);
}

describe('COLLECT_AREAS', () => {
  it('takes codes, aliases and EICs, each area once', () => {
    expect(areaCodes('CZ, DE_LU,10YCZ-CEPS-----N')).toEqual(['CZ', 'DE_LU']);
  });

  it('takes all areas that exist and that something is published for', () => {
    const codes = areaCodes('all');
    expect(codes).toEqual(expect.arrayContaining(['CZ', 'DE_LU', 'FR', 'NO_1', 'UK', 'UA']));
    expect(findArea('DE_AT_LU')?.validUntil).not.toBeNull();
    expect(codes).not.toContain('DE_AT_LU');
    const kinds = new Set<string>(['BZN', 'CTA', 'CTY']);
    expect(CollectAreas.parse('all').filter((area) => !area.kinds.some((kind) => kinds.has(kind)))).toEqual(
      [],
    );
  });

  it('takes none, and neither of the two words beside anything else', () => {
    expect(areaCodes('none')).toEqual([]);
    expect(problems('CZ,none')?.join()).toContain('unknown area none');
    expect(problems('all,CZ')?.join()).toContain('unknown area all');
  });

  it('says what may have been meant', () => {
    expect(problems('CZ,DE_LUX')).toEqual([
      expect.stringContaining('unknown area DE_LUX; did you mean DE_LU'),
    ]);
  });
});

describe('an area that nothing new can come of', () => {
  it('is refused where no dataset is published for its kind', () => {
    expect(problems('CZ,AFRR')).toEqual([
      'no dataset is published for AFRR, nor for any other area of its kind (REG, SCA)',
    ]);
  });

  it('is taken where it does not exist any more, and told by name', () => {
    const areas = CollectAreas.parse('DE_AT_LU,CZ');
    expect(areas).toHaveLength(2);
    expect(endedAreas(areas).map(({ code, validUntil }) => [code, validUntil])).toEqual([
      ['DE_AT_LU', '2018-09-30T22:00Z'],
    ]);
  });
});

describe('COLLECT_DATASETS', () => {
  it('name the nearest of an unknown one, or all', () => {
    const messageOf = (text: string) => CollectDatasets.safeParse(text).error?.issues[0]?.message;
    expect(messageOf('actual-totl-load')).toBe(
      'unknown dataset actual-totl-load; did you mean actual-total-load?',
    );
    expect(messageOf('actual-load')).toMatch(
      /^unknown dataset actual-load; there are actual-total-load, day-ahead/,
    );
  });

  it('are all if it is not set, and if it says so', () => {
    const all = CollectDatasets.parse(undefined);
    expect(all.length).toBeGreaterThan(5);
    expect(CollectDatasets.parse('all')).toEqual(all);
  });
});
