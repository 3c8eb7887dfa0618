import { AREAS, type Area, findArea, nearest, nearestAreaCodes } from '@energy-data-service/domain';
import { BaseConfig, CommaSeparated, DatabaseUrl, QueueUrl } from '@energy-data-service/runtime';
import { allDatasets, SOURCES } from '@energy-data-service/sources';
import { z } from 'zod';
import { TICK_EVERY_MS } from './ticking.ts';

const datasets = allDatasets(SOURCES);

/** Dataset ids to keep current, each once; all by default, and by `all`. */
export const CollectDatasets = CommaSeparated.default(['all']).transform((ids, context) => {
  if (isOnly(ids, 'all')) return datasets;
  return [...new Set(ids)].flatMap((id) => {
    const dataset = datasets.find((candidate) => candidate.id === id);
    if (dataset !== undefined) return [dataset];
    const names = datasets.map((candidate) => candidate.id);
    const near = nearest(id, names);
    const hint = near.length === 0 ? `; there are ${names.join(', ')}` : didYouMean(near);
    context.addIssue(`unknown dataset ${id}${hint}`);
    return [];
  });
});

/**
 * Areas to keep current, as codes, aliases or EICs, each once; `all` are those that exist today and that some dataset is published for,
 * `none` schedules nothing.
 */
export const CollectAreas = CommaSeparated.transform((codes, context) => {
  if (isOnly(codes, 'none')) return [];
  if (isOnly(codes, 'all')) return AREAS.filter((area) => exists(area) && isPublishedFor(area));
  const areas = codes.flatMap((code) => {
    const area = findArea(code);
    if (area === undefined) {
      context.addIssue(`unknown area ${code}${didYouMean(nearestAreaCodes(code))}`);
    } else if (!isPublishedFor(area)) {
      context.addIssue(
        `no dataset is published for ${code}, nor for any other area of its kind (${area.kinds.join(', ')})`,
      );
    } else {
      return [area];
    }
    return [];
  });
  return [...new Set(areas)];
});

function isOnly(names: readonly string[], name: string): boolean {
  return names.length === 1 && names[0] === name;
}

function exists({ validUntil }: Area): boolean {
  return validUntil === null || Temporal.Instant.compare(validUntil, Temporal.Now.instant()) > 0;
}

/**
 * Those that do not exist any more. They are no fault of the settings: a service that was fine yesterday has to start again
 * after the day on which a zone was split.
 */
export function endedAreas(areas: readonly Area[]): Area[] {
  return areas.filter((area) => !exists(area));
}

function isPublishedFor({ kinds }: Area): boolean {
  return datasets.some(({ areaKinds }) => areaKinds.some((kind) => kinds.includes(kind)));
}

function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `; did you mean ${names.join(', ')}?`;
}

export const SchedulerConfig = BaseConfig.extend({
  DATABASE_URL: DatabaseUrl,
  QUEUE_URL: QueueUrl,
  COLLECT_DATASETS: CollectDatasets,
  COLLECT_AREAS: CollectAreas,
  SCHEDULER_EVERY_MS: z.coerce.number().int().min(100).default(TICK_EVERY_MS),
});
