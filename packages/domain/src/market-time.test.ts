import { describe, expect, it } from 'vitest';
import { calendarWindow, startOf } from './market-time.ts';
import { formatWindow } from './time-window.ts';

const PRAGUE = 'Europe/Prague';

function at(text: string): Temporal.Instant {
  return Temporal.Instant.from(text);
}

describe('calendarWindow', () => {
  it.each([
    ['the spring day of 23 hours', '2024-03-31T12:00Z', '2024-03-30T23:00:00Z/2024-03-31T22:00:00Z'],
    ['the autumn day of 25 hours', '2024-10-27T12:00Z', '2024-10-26T22:00:00Z/2024-10-27T23:00:00Z'],
  ])('cuts %s', (_, now, window) => {
    expect(formatWindow(calendarWindow('day', 0, 1, at(now), PRAGUE))).toBe(window);
  });

  it('counts days around now in the zone, not in UTC', () => {
    // 23:30Z is already tomorrow in Prague.
    expect(formatWindow(calendarWindow('day', -1, 1, at('2024-01-10T23:30Z'), PRAGUE))).toBe(
      '2024-01-09T23:00:00Z/2024-01-11T23:00:00Z',
    );
  });

  it('starts weeks on Monday and years on the first of January', () => {
    expect(formatWindow(calendarWindow('week', -1, 2, at('2024-05-15T10:00Z'), PRAGUE))).toBe(
      '2024-05-05T22:00:00Z/2024-05-26T22:00:00Z',
    );
    expect(formatWindow(calendarWindow('year', 0, 2, at('2024-05-15T10:00Z'), PRAGUE))).toBe(
      '2023-12-31T23:00:00Z/2025-12-31T23:00:00Z',
    );
  });

  it('counts months from their first day, whatever the day of now', () => {
    expect(formatWindow(calendarWindow('month', -1, 1, at('2024-03-31T10:00Z'), PRAGUE))).toBe(
      '2024-01-31T23:00:00Z/2024-03-31T22:00:00Z',
    );
  });
});

describe('startOf', () => {
  it('is the local midnight before', () => {
    expect(startOf('day', at('2024-07-01T21:59:59Z'), PRAGUE).toString()).toBe('2024-06-30T22:00:00Z');
  });
});
