import type { CollectionWindowRepository, SourceStateRepository } from '@energy-data-service/db';
import { type Dataset, splitWindow, type TimeWindow } from '@energy-data-service/domain';

/** What is to be collected: one dataset of one area (or border) over a window of any length. */
export interface CollectionRequest {
  readonly dataset: Dataset;
  /** EIC */
  readonly area: string;
  /** EIC of the other side of a border; null for items of one area. */
  readonly counterArea: string | null;
  readonly window: TimeWindow;
}

/**
 * Records a collection in windows that the source accepts, for the scheduler to put into the queue. A window
 * that was collected before is asked for again.
 *
 * @returns the collection's id (a UUID) and its number of windows
 */
export async function requestCollection(
  windows: Pick<CollectionWindowRepository, 'createCollection'>,
  sourceState: Pick<SourceStateRepository, 'findWindowLimits'>,
  { dataset, area, counterArea, window }: CollectionRequest,
): Promise<{ id: string; windows: number }> {
  const limits = await sourceState.findWindowLimits();
  const parts = splitWindow(window, limits.get(dataset.id) ?? dataset.maxWindowDays);
  // One request is somebody waiting; many are history, which must not hold up what is current.
  const priority = parts.length === 1 ? 'live' : 'backfill';
  const id = await windows.createCollection(
    'api',
    { source: dataset.source, dataset: dataset.id, area, counterArea },
    parts,
    priority,
  );
  return { id, windows: parts.length };
}
