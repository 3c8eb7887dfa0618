import {
  createCollectionWindowRepository,
  createSourceStateRepository,
  type Sql,
} from '@energy-data-service/db';
import { splitWindow } from '@energy-data-service/domain';
import type { RequestCollection } from './collect-data.ts';

/**
 * Records collections in windows that the source accepts, for the scheduler to put into the queue. A window that
 * was collected before is asked for again.
 */
export function createRequestCollection(sql: Sql): RequestCollection {
  const windows = createCollectionWindowRepository(sql);
  const sourceState = createSourceStateRepository(sql);
  return async ({ dataset, area, counterArea, from, to }) => {
    const longestWindow = await sourceState.findLongestWindows();
    const parts = splitWindow({ from, to }, longestWindow(dataset, area));
    // One request is somebody waiting; many are history, which must not hold up what is current.
    const priority = parts.length === 1 ? 'live' : 'backfill';
    const item = { source: dataset.source, dataset: dataset.id, area, counterArea };
    return { id: await windows.createCollection('api', item, parts, priority), windows: parts.length };
  };
}
