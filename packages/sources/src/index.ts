import type { Dataset, Source } from '@energy-data-service/domain';
import { entsoeSource } from '@energy-data-service/entsoe';

export { budgetsOf } from './budgets.ts';

/** Every source that the services collect from, store and serve. A new one is one line here. */
export const SOURCES: readonly Source[] = [entsoeSource];

/** The datasets of all sources, in the order of registration. */
export function allDatasets(sources: readonly Source[]): Dataset[] {
  return sources.flatMap(({ datasets }) => datasets);
}

/** @throws {Error} when a stored row or a job names a source that this release does not know */
export function getSource(sources: readonly Source[], id: string): Source {
  const source = sources.find((candidate) => candidate.id === id);
  if (source === undefined) throw new Error(`unknown source ${id}`);
  return source;
}
