import { describe, expect, it } from 'vitest';
import { isDatabaseAway, isDatabaseFull, queryFailureFields } from './database-away.ts';

const away = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const full = Object.assign(new Error('could not extend file'), { code: '53100' });
const wrong = Object.assign(new Error('no such table'), { code: '42P01' });

describe('isDatabaseAway', () => {
  it.each([
    'ECONNREFUSED',
    'EADDRNOTAVAIL',
    'CONNECTION_CLOSED',
    'CONNECT_TIMEOUT',
    '57P01',
    '57P03',
    '53300',
    '53100',
    '08006',
  ])('knows %s as a database that cannot be reached', (code) => {
    expect(isDatabaseAway(Object.assign(new Error('failed'), { code }))).toBe(true);
  });

  it.each(['42P01', '22P02', '57014', '08P01', undefined])('takes %s for a fault of ours', (code) => {
    expect(isDatabaseAway(Object.assign(new Error('failed'), { code }))).toBe(false);
  });

  it('takes several failures for that only if all of them are', () => {
    expect(isDatabaseAway(new AggregateError([away, away]))).toBe(true);
    expect(isDatabaseAway(new AggregateError([away, wrong]))).toBe(false);
    expect(isDatabaseAway(new AggregateError([]))).toBe(false);
  });
});

describe('queryFailureFields', () => {
  it('leaves out where the code was when the database was away', () => {
    expect(queryFailureFields(new AggregateError([away, away], 'parts failed'))).toEqual({
      reason: 'parts failed: refused',
    });
    expect(queryFailureFields(wrong)).toEqual({ err: wrong });
  });
});

it('isDatabaseFull knows a full disk from a database that is away', () => {
  expect([full, away, wrong].map(isDatabaseFull)).toEqual([true, false, false]);
});
