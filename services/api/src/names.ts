import { type Dataset, findArea, isValidEic, nearest, nearestAreaCodes } from '@energy-data-service/domain';
import { ProblemError } from './problem.ts';

/** Of unknown names so many are told: each is compared with every code. */
const TOLD = 20;

/**
 * The EICs of areas given by code, alias or EIC. An EIC that is in no list is taken as it is if it is well formed.
 *
 * @param parameter - where the names came from
 * @throws {ProblemError} 404 with the nearest codes, of the first twenty
 */
export function resolveAreas(parameter: string, names: readonly string[]): string[] {
  const unknown = names.filter((name) => findArea(name) === undefined && !isValidEic(name));
  if (unknown.length > 0) {
    const errors = unknown.slice(0, TOLD).map((name) => ({
      parameter,
      message: `unknown area "${name}"${isMistypedEic(name) ? ', whose check character is wrong for an EIC' : didYouMean(nearestAreaCodes(name))}; /v1/areas lists all`,
    }));
    throw new ProblemError(404, `unknown area${andMore(unknown)}`, errors);
  }
  return [...new Set(names.map((name) => findArea(name)?.eic ?? name))];
}

function isMistypedEic(name: string): boolean {
  return /^[0-9A-Z-]{16}$/.test(name) && !isValidEic(name);
}

/** The short code of an area, or its EIC if it has none. */
export function areaCode(eic: string): string {
  return findArea(eic)?.code ?? eic;
}

/** @throws {ProblemError} 404 with the nearest ids */
export function resolveDataset(datasets: readonly Dataset[], id: string): Dataset {
  const dataset = datasets.find((candidate) => candidate.id === id);
  if (dataset !== undefined) return dataset;
  const ids = datasets.map((candidate) => candidate.id);
  throw new ProblemError(404, 'unknown dataset', [
    {
      parameter: 'dataset',
      message: `unknown dataset "${id}"${didYouMean(nearest(id, ids))}; /v1/datasets lists all`,
    },
  ]);
}

/**
 * The load datasets with these short names (`actual`, `day_ahead` …), in the order of the catalogue.
 *
 * @param dataTypes - undefined means all
 * @throws {ProblemError} 404 with the nearest names
 */
export function resolveDataTypes(
  datasets: readonly Dataset[],
  dataTypes: readonly string[] | undefined,
): Dataset[] {
  const names = datasets.flatMap(({ dataType }) => dataType ?? []);
  const unknown = dataTypes?.filter((name) => !names.includes(name)) ?? [];
  if (unknown.length > 0) {
    const errors = unknown.slice(0, TOLD).map((name) => ({
      parameter: 'data_type',
      message: `unknown data type "${name}"${didYouMean(nearest(name, names))}; there are ${names.join(', ')}`,
    }));
    throw new ProblemError(404, `unknown data type${andMore(unknown)}`, errors);
  }
  return datasets.filter(({ dataType }) => dataType !== null && (dataTypes?.includes(dataType) ?? true));
}

/** Says how many are not told of, if any. */
function andMore(unknown: readonly string[]): string {
  return unknown.length > TOLD ? `, and ${unknown.length - TOLD} more than are told here` : '';
}

function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `, did you mean ${names.join(' or ')}?`;
}
