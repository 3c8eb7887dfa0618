import { halveWindow, splitWindow, type TimeWindow, type TooLarge } from '@energy-data-service/domain';

const DAY_MINUTES = 24 * 60;

/** The parts to ask for instead of a refused window; null when it cannot be cut any further. */
export function smallerWindows(window: TimeWindow, { maxDays }: TooLarge): readonly TimeWindow[] | null {
  if (maxDays !== null) {
    const parts = splitWindow(window, maxDays);
    if (parts.length > 1) return parts;
  }
  return halveWindow(window, DAY_MINUTES) ?? halveWindow(window);
}

/** The whole days that the longest of these windows needs: a shorter limit would split it once more, unasked. */
export function longestDays(windows: readonly TimeWindow[]): number {
  return Math.max(...windows.map(({ from, to }) => Math.ceil(from.until(to).total('hours') / 24)));
}
