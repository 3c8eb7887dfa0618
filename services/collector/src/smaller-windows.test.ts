import { splitWindow, type TimeWindow } from '@energy-data-service/domain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { longestDays, smallerWindows } from './smaller-windows.ts';

const FROM = Temporal.Instant.from('2024-01-01T00:00Z');

function windowOfHours(hours: number): TimeWindow {
  return { from: FROM, to: FROM.add({ hours }) };
}

function hoursOf({ from, to }: TimeWindow): number {
  return from.until(to).total('hours');
}

const tooMuch = { kind: 'too-large', maxDays: null, reason: 'too much' } as const;

it('halves a year at a midnight, and learns the longer half', () => {
  const halves = smallerWindows(windowOfHours(24 * 365), tooMuch) ?? [];
  expect(halves.map((half) => hoursOf(half) / 24)).toEqual([182, 183]);
  // It was 182, so that the halves of 182.5 days were split once more, into 182 days and twelve hours.
  expect(longestDays(halves)).toBe(183);
});

it('never splits halves once more by what is learnt from them, and always gets to what is accepted', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 24 * 400 }), (hours) => {
      const halves = smallerWindows(windowOfHours(hours), tooMuch) ?? [];
      expect(halves).toHaveLength(2);
      expect(halves.map(hoursOf).reduce((sum, length) => sum + length)).toBe(hours);
      for (const half of halves) {
        expect(splitWindow(half, longestDays(halves))).toEqual([half]);
        expect(hoursOf(half)).toBeLessThan(hours);
      }
      if (hours >= 48) expect(hoursOf(halves[0] as TimeWindow) % 24).toBe(0);
    }),
  );
});

it('splits by the length that a refusal names, where that makes a difference', () => {
  const named = { ...tooMuch, maxDays: 30 };
  expect(smallerWindows(windowOfHours(24 * 61), named)?.map(hoursOf)).toEqual([720, 720, 24]);
  expect(smallerWindows(windowOfHours(24 * 30), named)?.map(hoursOf)).toEqual([360, 360]);
  expect(smallerWindows(windowOfHours(1), named)).toBeNull();
});
