import { findArea, nearest, nearestAreaCodes } from '@energy-data-service/domain';
import { BaseConfig, CommaSeparated, DatabaseUrl, QueueUrl } from '@energy-data-service/runtime';
import { allDatasets, SOURCES } from '@energy-data-service/sources';
import { z } from 'zod';
import { TICK_EVERY_MS } from './ticking.ts';

const datasets = allDatasets(SOURCES);

/** Dataset ids to keep current, each once; all by default. */
export const CollectDatasets = CommaSeparated.optional().transform((ids, context) =>
  [...new Set(ids ?? datasets.map(({ id }) => id))].flatMap((id) => {
    const dataset = datasets.find((candidate) => candidate.id === id);
    if (dataset !== undefined) return [dataset];
    const names = nearest(
      id,
      datasets.map((candidate) => candidate.id),
    );
    context.addIssue(`unknown dataset ${id}${didYouMean(names)}`);
    return [];
  }),
);

/** Areas to keep current, as codes, aliases or EICs, each once; `none` schedules nothing. */
export const CollectAreas = CommaSeparated.transform((codes, context) => {
  if (codes.length === 1 && codes[0] === 'none') return [];
  const areas = codes.flatMap((code) => {
    const area = findArea(code);
    if (area !== undefined) return [area];
    context.addIssue(`unknown area ${code}${didYouMean(nearestAreaCodes(code))}`);
    return [];
  });
  return [...new Set(areas)];
});

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
