import { type Dataset, findArea } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { UsageError } from './usage-error.ts';
import { type Wish, wantedItems } from './wanted-items.ts';

const LOAD = { id: 'actual-total-load', areaKinds: ['BZN', 'CTA', 'CTY'] } as unknown as Dataset;
const NOW = Temporal.Instant.from('2024-06-10T12:34:56Z');

function areas(...codes: string[]) {
  return codes.map((code) => {
    const area = findArea(code);
    if (area === undefined) throw new Error(`no area ${code}`);
    return area;
  });
}

function wantedOf(wish: Partial<Wish>): string[] {
  const whole = { datasets: [LOAD], areas: areas('CZ'), from: '2024-01-01', to: '2024-02-01', ...wish };
  return wantedItems(whole, NOW).items.map(({ area, wanted }) => `${area.code} ${wanted.from}/${wanted.to}`);
}

describe('the range of a backfill', () => {
  it("begins and ends at midnight in each area's market time", () => {
    expect(wantedOf({ areas: areas('CZ', 'FI', 'PT') })).toEqual([
      'CZ 2023-12-31T23:00:00Z/2024-01-31T23:00:00Z',
      'FI 2023-12-31T22:00:00Z/2024-01-31T22:00:00Z',
      'PT 2024-01-01T00:00:00Z/2024-02-01T00:00:00Z',
    ]);
  });

  it('takes instants as they are', () => {
    expect(wantedOf({ from: '2024-01-01T06:00+02:00', to: '2024-01-01T07:00:00Z' })).toEqual([
      'CZ 2024-01-01T04:00:00Z/2024-01-01T07:00:00Z',
    ]);
  });

  it('ends with the last whole hour, if no end is given', () => {
    expect(wantedOf({ to: null })).toEqual(['CZ 2023-12-31T23:00:00Z/2024-06-10T12:00:00Z']);
  });

  it.each([
    ['2024-02-30', '2024-03-01', /^--from: there is no day 2024-02-30$/],
    ['2024-01-01', '2024-02-30T00:00Z', /^--to: there is no day 2024-02-30$/],
    ['2024-01-01T25:00Z', '2024-03-01', /--from: "2024-01-01T25:00Z" is neither/],
    ['2027-01-01', null, /^--from is in the future/],
    ['2024-06-10T12:30Z', null, /^--from must be before the beginning of this hour/],
    ['2024-01-01T00:00', '2024-03-01', /--from/],
    ['2024-01-01', 'tomorrow', /--to: "tomorrow"/],
    ['2024-01-01', '2024-01-01', /later than --from/],
    ['2000-01-01', '2024-01-01', /at most 20 years/],
  ])('refuses %s to %s', (from, to, message) => {
    expect(() => wantedOf({ from, to })).toThrow(UsageError);
    expect(() => wantedOf({ from, to })).toThrow(message);
  });
});

describe('an area of a backfill', () => {
  it('is any that the dataset is published for and that existed, where all are wanted', () => {
    const wish = { datasets: [LOAD], areas: 'all' as const, from: '2024-01-01', to: '2024-02-01' };
    const { items, leftOut } = wantedItems(wish, NOW);
    const codes = items.map(({ area }) => area.code);
    expect(codes).toEqual(expect.arrayContaining(['CZ', 'DE_LU', 'FR']));
    expect(codes).not.toContain('DE_AT_LU');
    expect(codes).not.toContain('AFRR');
    expect(leftOut).toEqual([]);
  });

  it('is not asked for outside the time for which it exists', () => {
    expect(wantedOf({ areas: areas('DE_LU', 'DE_AT_LU'), from: '2018-09-01', to: '2018-11-01' })).toEqual([
      'DE_LU 2018-09-30T22:00:00Z/2018-10-31T23:00:00Z',
      'DE_AT_LU 2018-08-31T22:00:00Z/2018-09-30T22:00:00Z',
    ]);
  });

  it('is asked for as any of its kinds: as a control area Austria is older than its price zone', () => {
    const range = { from: '2016-01-01', to: '2019-01-01' };
    expect(wantedOf({ areas: areas('AT'), ...range })).toEqual([
      'AT 2015-12-31T23:00:00Z/2018-12-31T23:00:00Z',
    ]);
    const zonal = { ...LOAD, areaKinds: ['BZN'] } as unknown as Dataset;
    expect(wantedOf({ datasets: [zonal], areas: areas('AT'), ...range })).toEqual([
      'AT 2018-09-30T22:00:00Z/2018-12-31T23:00:00Z',
    ]);
  });

  it('is left out with the reason where it does not exist at all, or the item is not published for its kind', () => {
    const wish = {
      datasets: [LOAD],
      areas: areas('CZ', 'DE_AT_LU', 'AFRR'),
      from: '2024-01-01',
      to: '2024-02-01',
    };
    const { items, leftOut } = wantedItems(wish, NOW);
    expect(items.map(({ area }) => area.code)).toEqual(['CZ']);
    expect(leftOut.map(({ area, reason }) => [area.code, reason])).toEqual([
      ['DE_AT_LU', 'does not exist since 2018-09-30T22:00Z'],
      ['AFRR', 'not published for areas of its kind (REG, SCA)'],
    ]);
  });
});
