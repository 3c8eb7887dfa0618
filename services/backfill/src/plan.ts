import type {
  AnswerVolume,
  BackfillItem,
  Completeness,
  LongestWindow,
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
  readonly openWindows: number;
  readonly estimate: Estimate;
}

/** What is known before a backfill is planned. */
export interface Knowledge {
  /** What the ledger says, one for each item. */
  readonly ledger: readonly Completeness[];
  /** Windows within each item that wait to be asked for already, ascending, and of those with one start the longest first. */
  readonly openWindows: readonly (readonly TimeWindow[])[];
  readonly longestWindow: LongestWindow;
  readonly storedVolumes: readonly StoredVolume[];
  readonly answerVolumes: readonly AnswerVolume[];
}

/**
 * Cuts what is missing or awaited of each item into windows that the source accepts. Windows that wait to be asked for
 * already are taken as they are, so that another backfill of the same time asks for nothing twice.
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
    const taken = takeApart(openWindows[i] ?? [], stretches);
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
      openWindows: taken.length,
      estimate: estimateVolume(item, { toAskMs, windows: windows.length }, storedVolumes, answerVolumes),
    };
  });
}

/**
 * Windows that wait already, of which none overlaps another, for as much of the stretches as they can: first those that lie
 * within one, then those that reach into one, whose other part has been answered.
 *
 * @param open - in ascending order
 */
function takeApart(open: readonly TimeWindow[], stretches: readonly TimeWindow[]): TimeWindow[] {
  const within = leaveOverlaps(
    open.filter((window) => stretches.some((stretch) => contains(stretch, window))),
  );
  const across = open.filter(
    (window) =>
      stretches.some((stretch) => overlap(stretch, window) && !contains(stretch, window)) &&
      !within.some((other) => overlap(other, window)),
  );
  return leaveOverlaps([...within, ...across].toSorted(byStart));
}

/** Of windows in ascending order those that do not overlap one before. */
function leaveOverlaps(windows: readonly TimeWindow[]): TimeWindow[] {
  const apart: TimeWindow[] = [];
  for (const window of windows) {
    const last = apart.at(-1);
    if (last === undefined || !overlap(last, window)) apart.push(window);
  }
  return apart;
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

function contains(outer: TimeWindow, inner: TimeWindow): boolean {
  return byStart(outer, inner) <= 0 && Temporal.Instant.compare(inner.to, outer.to) <= 0;
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
