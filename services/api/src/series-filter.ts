import type { SeriesFilter } from '@energy-data-service/db';
import type { z } from '@hono/zod-openapi';
import { resolveAreas } from './names.ts';
import { listParameter, SeriesIds, type strictParameters } from './parameters.ts';

/** Parameters that narrow which series are meant; series must match all of those given. */
export const SERIES_FILTER = {
  area_code: listParameter('Short code or EIC of an area; of a flow the exporting side', 'CZ'),
  counter_area_code: listParameter('Short code or EIC of the importing side of a border'),
  psr_type: listParameter('Kind of production, such as B16'),
  business_type: listParameter('ENTSO-E business type, such as A04'),
  direction: listParameter('generation, consumption, up, down …'),
  unit_eic: listParameter('EIC of a generation or production unit'),
  contract_type: listParameter('Type of market agreement, such as A01'),
  sequence: listParameter("Position in the auction's classification"),
  resolution: listParameter('ISO 8601 duration, such as PT15M'),
  series_id: SeriesIds,
};

export type SeriesFilterParameters = z.infer<ReturnType<typeof strictParameters<typeof SERIES_FILTER>>>;

/** @throws {ProblemError} 404 for an unknown area */
export function readSeriesFilter(query: SeriesFilterParameters): SeriesFilter {
  return {
    ids: query.series_id,
    areas: query.area_code && resolveAreas('area_code', query.area_code),
    counterAreas: query.counter_area_code && resolveAreas('counter_area_code', query.counter_area_code),
    psrTypes: query.psr_type,
    businessTypes: query.business_type,
    directions: query.direction,
    unitEics: query.unit_eic,
    contractTypes: query.contract_type,
    sequences: query.sequence,
    resolutions: query.resolution,
  };
}
