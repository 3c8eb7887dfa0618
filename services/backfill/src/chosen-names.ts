import { type Area, type Dataset, findArea, nearest, nearestAreaCodes } from '@energy-data-service/domain';
import { UsageError } from './usage-error.ts';

/** Stands for everything that there is. */
export const ALL = 'all';

/** Areas by name, or every one that there is something for. */
export type AreaChoice = readonly Area[] | typeof ALL;

/**
 * The datasets that a comma-separated list names, each once; `all` names every one that is published for areas.
 *
 * @throws {UsageError} with the nearest ids, or all if none is near
 */
export function chooseDatasets(text: string, datasets: readonly Dataset[]): Dataset[] {
  const ofAreas = datasets.filter(({ border }) => !border);
  if (text === ALL) return ofAreas;
  const chosen = namesIn(text).map((id) => {
    const dataset = ofAreas.find((candidate) => candidate.id === id);
    if (dataset !== undefined) return dataset;
    const ids = ofAreas.map((candidate) => candidate.id);
    const near = nearest(id, ids);
    const hint = near.length === 0 ? `; there are ${ids.join(', ')}` : didYouMean(near);
    throw new UsageError(`unknown dataset ${id}${hint}`);
  });
  return [...new Set(chosen)];
}

/**
 * The areas that a comma-separated list of codes, aliases or EICs names, each once; `all` stays what it is.
 *
 * @throws {UsageError} with the nearest codes
 */
export function chooseAreas(text: string): AreaChoice {
  if (text === ALL) return ALL;
  const chosen = namesIn(text).map((name) => {
    const area = findArea(name);
    if (area === undefined) throw new UsageError(`unknown area ${name}${didYouMean(nearestAreaCodes(name))}`);
    return area;
  });
  return [...new Set(chosen)];
}

function namesIn(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new UsageError('a list of names is empty');
  return names;
}

function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `; did you mean ${names.join(', ')}?`;
}
