import type {
  AnswerVolume,
  BackfillItem,
  Completeness,
  LongestWindow,
  OpenWindow,
  StoredVolume,
} from '@energy-data-service/db';
import {
  type CollectRequest,
  splitWindow,
  stretchesToAsk,
  type TimeWindow,
} from '@energy-data-service/domain';
import { type Estimate, estimateVolume } from './estimate.ts';
import type { WantedItem } from './wanted-items.ts';

/** What a backfill will ask for one dataset of one area, and what it may bring. */
export interface PlannedItem extends WantedItem {
  readonly collectedMs: number;
  readonly notPublishedMs: number;
  /** Length of what will be asked for. */
  readonly toAskMs: number;
  /** One request each, unless the source finds one too large. */
  readonly windows: readonly TimeWindow[];
  /** How many of them wait to be asked for already: whoever wants one, one answer does for all. */
  readonly waitingWindows: number;
  /** How many of them are answered, and only have to be processed: no request. */
  readonly answeredWindows: number;
  readonly estimate: Estimate;
}

/** What is known before a backfill is planned. */
export interface Knowledge {
  /** What the ledger says, one for each item. */
  readonly ledger: readonly Completeness[];
  /** Windows within each item that are open already. */
  readonly openWindows: readonly (readonly OpenWindow[])[];
  readonly longestWindow: LongestWindow;
  readonly storedVolumes: readonly StoredVolume[];
  readonly answerVolumes: readonly AnswerVolume[];
}

/**
 * Cuts what is missing or awaited of each item into windows that the source accepts. Windows that are open already
 * are taken as they are, so that another backfill of the same time asks for nothing twice.
 *
 * @param again - ask for everything, answered before or not
 */
export function planBackfill(
  items: readonly WantedItem[],
  { ledger, openWindows, longestWindow, storedVolumes, answerVolumes }: Knowledge,
  again: boolean,
): PlannedItem[] {
  return items.map((item, i) => {
    const known = ledger[i];
    if (known === undefined) throw new Error('an item is not in the ledger');
    const stretches = again ? [item.wanted] : stretchesToAsk(known.missing, known.awaited);
    const open = (openWindows[i] ?? []).filter(({ isAnswered }) => !(again && isAnswered));
    const taken = takeApart(open, stretches);
    const maxDays = longestWindow(item.dataset, item.area.eic);
    const others = stretches
      .flatMap((stretch) => leaveOut(taken, stretch))
      .flatMap((rest) => splitWindow(rest, maxDays));
    const windows = [...taken, ...others].toSorted(byStart);
    const toAskMs = windows.reduce((sum, window) => sum + lengthMs(window), 0);
    return {
      ...item,
      collectedMs: known.collectedMs,
      notPublishedMs: known.notPublishedMs,
      toAskMs,
      windows,
      waitingWindows: taken.filter(({ isAnswered }) => !isAnswered).length,
      answeredWindows: taken.filter(({ isAnswered }) => isAnswered).length,
      estimate: estimateVolume(item, { toAskMs, windows: windows.length }, storedVolumes, answerVolumes),
    };
  });
}

/** Windows of which none overlaps another: the last of them, and what is chosen before it. */
interface Choice {
  readonly window: OpenWindow;
  readonly before: Choice | null;
  readonly coveredMs: number;
  readonly lengthMs: number;
}

/**
 * Open windows, of which none overlaps another, that together cover as much of the stretches as any do; of equals those that
 * ask for least besides. In ascending order.
 */
function takeApart(open: readonly OpenWindow[], stretches: readonly TimeWindow[]): OpenWindow[] {
  const useful = open
    .map((window) => ({ window, coveredMs: coveredMs(window, stretches) }))
    .filter(({ coveredMs }) => coveredMs > 0)
    .sort((a, b) => Temporal.Instant.compare(a.window.to, b.window.to));
  const endsMs = useful.map(({ window }) => window.to.epochMilliseconds);
  // The best choice among the first, the first two and so on.
  const best: (Choice | null)[] = [null];
  for (const { window, coveredMs } of useful) {
    const before = best[countUpTo(endsMs, window.from.epochMilliseconds)] ?? null;
    const taken = {
      window,
      before,
      coveredMs: coveredMs + (before?.coveredMs ?? 0),
      lengthMs: lengthMs(window) + (before?.lengthMs ?? 0),
    };
    const left = best.at(-1) ?? null;
    best.push(left === null || isBetter(taken, left) ? taken : left);
  }
  const chosen: OpenWindow[] = [];
  for (let choice = best.at(-1) ?? null; choice !== null; choice = choice.before) chosen.push(choice.window);
  return chosen.reverse();
}

function isBetter(a: Choice, b: Choice): boolean {
  return a.coveredMs > b.coveredMs || (a.coveredMs === b.coveredMs && a.lengthMs < b.lengthMs);
}

/** How many of numbers in ascending order are at most so large. */
function countUpTo(ascending: readonly number[], most: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How much of stretches, of which none overlaps another, lies in a window. */
function coveredMs({ from, to }: TimeWindow, stretches: readonly TimeWindow[]): number {
  return stretches.reduce((sum, stretch) => {
    const startMs = Math.max(from.epochMilliseconds, stretch.from.epochMilliseconds);
    const endMs = Math.min(to.epochMilliseconds, stretch.to.epochMilliseconds);
    return sum + Math.max(0, endMs - startMs);
  }, 0);
}

/** What is left of a stretch, without windows in ascending order; some may be empty, or end before they start. */
function leaveOut(taken: readonly TimeWindow[], stretch: TimeWindow): TimeWindow[] {
  const within = taken.filter((window) => overlap(window, stretch));
  const starts = [stretch.from, ...within.map(({ to }) => to)];
  const ends = [...within.map(({ from }) => from), stretch.to];
  return starts.flatMap((from, i) => {
    const to = ends[i];
    return to === undefined ? [] : [{ from, to }];
  });
}

function overlap(a: TimeWindow, b: TimeWindow): boolean {
  return Temporal.Instant.compare(a.from, b.to) < 0 && Temporal.Instant.compare(b.from, a.to) < 0;
}

function byStart(a: TimeWindow, b: TimeWindow): number {
  return Temporal.Instant.compare(a.from, b.from);
}

export function lengthMs({ from, to }: TimeWindow): number {
  return to.epochMilliseconds - from.epochMilliseconds;
}

/** A whole item as a request, as the ledger is asked for it. */
export function toRequest({ dataset, area, wanted }: WantedItem): CollectRequest {
  return { source: dataset.source, dataset: dataset.id, area: area.eic, counterArea: null, window: wanted };
}

export function toBackfillItem({ dataset, area, wanted, windows }: PlannedItem): BackfillItem {
  return { source: dataset.source, dataset: dataset.id, area: area.eic, counterArea: null, wanted, windows };
}
