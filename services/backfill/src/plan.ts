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
  readonly estimate: Estimate;
}

/** What is known before a backfill is planned. */
export interface Knowledge {
  /** What the ledger says, one for each item. */
  readonly ledger: readonly Completeness[];
  readonly longestWindow: LongestWindow;
  readonly storedVolumes: readonly StoredVolume[];
  readonly answerVolumes: readonly AnswerVolume[];
}

/**
 * Cuts what is missing or awaited of each item into windows that the source accepts. Every such stretch is cut from its own
 * start, so that planning again while a backfill runs gives windows that it has.
 *
 * @param again - ask for everything, answered before or not
 */
export function planBackfill(
  items: readonly WantedItem[],
  { ledger, longestWindow, storedVolumes, answerVolumes }: Knowledge,
  again: boolean,
): PlannedItem[] {
  return items.map((item, i) => {
    const known = ledger[i];
    if (known === undefined) throw new Error('an item is not in the ledger');
    const stretches = again ? [item.wanted] : stretchesToAsk(known.missing, known.awaited);
    const toAskMs = stretches.reduce((sum, stretch) => sum + lengthMs(stretch), 0);
    return {
      ...item,
      collectedMs: known.collectedMs,
      notPublishedMs: known.notPublishedMs,
      toAskMs,
      windows: stretches.flatMap((stretch) =>
        splitWindow(stretch, longestWindow(item.dataset, item.area.eic)),
      ),
      estimate: estimateVolume(item, toAskMs, storedVolumes, answerVolumes),
    };
  });
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
