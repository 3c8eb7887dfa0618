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
 * Cuts what is missing or awaited of each item into windows that the source accepts. Where windows wait to be asked for
 * already, it is cut as they are, so that another backfill of the same time asks for nothing twice.
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
    const toAskMs = stretches.reduce((sum, stretch) => sum + lengthMs(stretch), 0);
    const open = openWindows[i] ?? [];
    const openOnes = new Set(open);
    const windows = stretches.flatMap((stretch) =>
      cutLike(open, stretch, longestWindow(item.dataset, item.area.eic)),
    );
    return {
      ...item,
      collectedMs: known.collectedMs,
      notPublishedMs: known.notPublishedMs,
      toAskMs,
      windows,
      openWindows: windows.filter((window) => openOnes.has(window)).length,
      estimate: estimateVolume(item, { toAskMs, windows: windows.length }, storedVolumes, answerVolumes),
    };
  });
}

/** Takes the open windows that lie within a stretch and do not overlap, and cuts what is between them from its start. */
function cutLike(open: readonly TimeWindow[], stretch: TimeWindow, maxDays: number): TimeWindow[] {
  const windows: TimeWindow[] = [];
  let start = stretch.from;
  for (const window of open) {
    const { from, to } = window;
    if (Temporal.Instant.compare(from, start) < 0 || Temporal.Instant.compare(to, stretch.to) > 0) continue;
    windows.push(...splitWindow({ from: start, to: from }, maxDays), window);
    start = to;
  }
  return [...windows, ...splitWindow({ from: start, to: stretch.to }, maxDays)];
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
