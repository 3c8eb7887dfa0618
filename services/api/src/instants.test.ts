import { describe, expect, it } from 'vitest';
import { readInstant, readRange, writeInstant } from './instants.ts';
import { ProblemError } from './problem.ts';

describe('readInstant', () => {
  it.each([
    ['2024-03-31T00:00:00+01:00', 'UTC', '2024-03-30T23:00:00Z'],
    ['2024-03-30T23:00Z', 'UTC', '2024-03-30T23:00:00Z'],
    ['2024-03-30T23:00:00.25z', 'UTC', '2024-03-30T23:00:00.25Z'],
    ['2024-03-31', 'UTC', '2024-03-31T00:00:00Z'],
    ['2024-03-31', 'Europe/Brussels', '2024-03-30T23:00:00Z'],
    ['2024-04-01', 'Europe/Brussels', '2024-03-31T22:00:00Z'],
  ])('reads %s in %s as %s', (text, timezone, instant) => {
    expect(readInstant('start_time', text, timezone).toString()).toBe(instant);
  });

  it('reads a plus that became a blank in a query string', () => {
    expect(readInstant('start_time', '2024-03-31T00:00:00 01:00', 'UTC').toString()).toBe(
      '2024-03-30T23:00:00Z',
    );
  });

  it.each([
    '2024-03-31T00:00:00',
    '2024-03-31 00:00Z',
    '2024-02-30',
    '2024-3-1',
    '20240331',
    '2024-03-31T24:00Z',
    '0000-01-01',
    '+012024-01-01T00:00Z',
    'yesterday',
    '',
  ])('refuses %j with a problem that names the parameter', (text) => {
    expect(() => readInstant('as_of', text, 'UTC')).toThrow(
      expect.objectContaining({ status: 400, errors: [expect.objectContaining({ parameter: 'as_of' })] }),
    );
  });
});

describe('readRange', () => {
  it.each([
    ['2024-03-31', '2024-03-31'],
    ['2024-03-31T00:00Z', '2024-03-30'],
  ])('refuses a range from %s to %s, which holds nothing', (start_time, end_time) => {
    expect(() => readRange({ start_time, end_time, timezone: 'UTC' })).toThrow(ProblemError);
  });
});

describe('writeInstant', () => {
  const instant = Temporal.Instant.from('2024-03-30T23:00:00Z');

  it('writes Z in UTC and the offset elsewhere, even where it is zero', () => {
    expect(writeInstant(instant, 'UTC')).toBe('2024-03-30T23:00:00Z');
    expect(writeInstant(instant, 'Europe/Brussels')).toBe('2024-03-31T00:00:00+01:00');
    expect(writeInstant(instant, 'Europe/London')).toBe('2024-03-30T23:00:00+00:00');
  });
});
