import { describe, expect, it } from 'vitest';
import { readLoadRequest } from './load-request.ts';
import { CZ, conditionsAt } from './reading.fixture.ts';
import { RequestRefusal } from './request-refusal.ts';

const VALID = {
  documenttype: 'A65',
  processtype: 'A16',
  outbiddingzone_domain: CZ,
  periodstart: '202401312300',
  periodend: '202402292300',
};

/** Reads the valid request with some parameters changed, or left out (null). */
function read(changes: Readonly<Record<string, string | null>>, maxPeriod = 'P1Y') {
  const parameters = Object.entries({ ...VALID, ...changes }).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  return readLoadRequest(new Map(parameters), {
    ...conditionsAt('2026-05-07T00:00Z'),
    maxPeriod: () => maxPeriod,
  });
}

describe('a request is read', () => {
  it('from its codes and its period', () => {
    const { item, area, window, curveType } = read({});
    expect({ id: item.id, area, from: `${window.from}`, to: `${window.to}`, curveType }).toEqual({
      id: 'actual-total-load',
      area: CZ,
      from: '2024-01-31T23:00:00Z',
      to: '2024-02-29T23:00:00Z',
      curveType: 'A03',
    });
  });

  it('from timeInterval as from periodStart and periodEnd', () => {
    const spelled = read({
      timeinterval: '2024-01-31T23:00Z/2024-02-29T23:00Z',
      periodstart: null,
      periodend: null,
    });
    expect(`${spelled.window.from}/${spelled.window.to}`).toBe('2024-01-31T23:00:00Z/2024-02-29T23:00:00Z');
  });

  it('with the curve type it asks for, and with an offset that changes nothing', () => {
    expect(read({ curvetype: 'A01', offset: '100' }).curveType).toBe('A01');
  });

  it('when its period is as long as allowed', () => {
    expect(() => read({ periodstart: '202312312300', periodend: '202412312300' })).not.toThrow();
    expect(() => read({ periodstart: '202402010000', periodend: '202403010000' }, 'P1M')).not.toThrow();
  });
});

describe('a request is refused with 400', () => {
  it.each([
    ['an unknown parameter', { bogusparam: 'x' }, 'Input parameter does not exist: bogusparam'],
    [
      'a missing document type',
      { documenttype: null, processtype: null },
      /^The combination of \[\] is not valid/,
    ],
    [
      'an unknown document type',
      { documenttype: 'a65' },
      /^The combination of \[DOCUMENT_TYPE=a65,PROCESS_TYPE=A16\] is not valid/,
    ],
    [
      'types that do not belong together',
      { documenttype: 'A70' },
      /^The combination of \[DOCUMENT_TYPE=A70,PROCESS_TYPE=A16\] is not valid/,
    ],
    [
      'a missing area',
      { outbiddingzone_domain: null },
      /outBiddingZone_Domain is missing.*dependency tables/,
    ],
    ['a missing start', { periodstart: null }, /periodStart is missing.*dependency tables/],
    ['a missing end', { periodend: null }, /periodEnd is missing.*dependency tables/],
    ['a start of ten digits', { periodstart: '2024013123' }, '[2024013123] of periodStart is not valid'],
    ['a day that does not exist', { periodend: '202402302300' }, '[202402302300] of periodEnd is not valid'],
    ['both forms of the period', { timeinterval: '2024-01-31T23:00Z/2024-02-29T23:00Z' }, 'is not valid'],
    [
      'an end at the start',
      { periodend: '202401312300' },
      '(2024-01-31T23:00:00Z - 2024-01-31T23:00:00Z) is not valid',
    ],
    ['a curve type that is never served', { curvetype: 'A02' }, '[A02] of curveType is not valid'],
  ])('for %s', (_fault, changes, text) => {
    expect(() => read(changes)).toThrow(text);
    expect(() => read(changes)).toThrow(expect.objectContaining({ status: 400, name: RequestRefusal.name }));
  });

  it.each([
    ['2024-01-31T23:00Z'],
    ['2024-01-31T23:00Z/2024-02-29T23:00Z/2024-03-01T23:00Z'],
    ['2024-01-31T23:00/2024-02-29T23:00'],
  ])('for the time interval %s', (timeinterval) => {
    expect(() => read({ timeinterval, periodstart: null, periodend: null })).toThrow(RequestRefusal);
  });

  it('for a period a minute longer than a year', () => {
    expect(() => read({ periodstart: '202312312300', periodend: '202412312301' })).toThrow(
      "Provided time interval (2023-12-31T23:00:00Z - 2024-12-31T23:01:00Z) is larger than maximum allowed period 'P1Y' for 'ACTUAL_TOTAL_LOAD_R3:XML' export.",
    );
  });

  it('for a full local month of 31 days where a month is allowed', () => {
    expect(() => read({ periodstart: '202402292300', periodend: '202403312200' }, 'P1M')).toThrow(
      /is larger than maximum allowed period 'P1M'/,
    );
  });
});
