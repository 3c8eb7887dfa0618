import { describe, expect, it } from 'vitest';
import { formatWindow, halveWindow, splitWindow, stretchesToAsk, type TimeWindow } from './time-window.ts';

function windowOf(from: string, to: string): TimeWindow {
  return { from: Temporal.Instant.from(from), to: Temporal.Instant.from(to) };
}

describe('splitWindow', () => {
  it('covers the window without gap or overlap, in parts of at most so many days', () => {
    expect(splitWindow(windowOf('2024-01-01T00:00Z', '2024-03-05T06:00Z'), 30).map(formatWindow)).toEqual([
      '2024-01-01T00:00:00Z/2024-01-31T00:00:00Z',
      '2024-01-31T00:00:00Z/2024-03-01T00:00:00Z',
      '2024-03-01T00:00:00Z/2024-03-05T06:00:00Z',
    ]);
  });

  it('leaves a window that fits as it is, and makes nothing of an empty one', () => {
    const day = windowOf('2024-01-01T00:00Z', '2024-01-02T00:00Z');
    expect(splitWindow(day, 1)).toEqual([day]);
    expect(splitWindow(windowOf('2024-01-01T00:00Z', '2024-01-01T00:00Z'), 1)).toEqual([]);
  });
});

describe('halveWindow', () => {
  it('cuts at a full hour near the middle', () => {
    expect(halveWindow(windowOf('2024-01-01T00:00Z', '2024-01-01T05:00Z'))?.map(formatWindow)).toEqual([
      '2024-01-01T00:00:00Z/2024-01-01T02:00:00Z',
      '2024-01-01T02:00:00Z/2024-01-01T05:00:00Z',
    ]);
  });

  it('does not cut below an hour', () => {
    expect(halveWindow(windowOf('2024-01-01T00:00Z', '2024-01-01T01:30Z'))).toBeNull();
  });
});

describe('stretchesToAsk', () => {
  it('leaves what is missing as it is, and joins what was late within a month', () => {
    const missing = [
      windowOf('2024-01-01T00:00Z', '2024-01-02T00:00Z'),
      windowOf('2024-03-10T00:00Z', '2024-03-12T00:00Z'),
    ];
    const awaited = [
      windowOf('2024-03-08T00:00Z', '2024-03-10T00:00Z'),
      windowOf('2024-02-09T00:00Z', '2024-02-09T01:00Z'),
      windowOf('2024-01-05T00:00Z', '2024-01-05T00:15Z'),
    ];
    expect(stretchesToAsk(missing, awaited).map(formatWindow)).toEqual([
      '2024-01-01T00:00:00Z/2024-01-02T00:00:00Z',
      '2024-01-05T00:00:00Z/2024-01-05T00:15:00Z',
      '2024-02-09T00:00:00Z/2024-03-12T00:00:00Z',
    ]);
  });
});
