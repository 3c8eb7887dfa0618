import type { SeriesReader, StoredSeries } from '@energy-data-service/db';
import type { Dataset } from '@energy-data-service/domain';
import { createRoute, z } from '@hono/zod-openapi';
import { writeInstant } from './instants.ts';
import { resolveDataset } from './names.ts';
import { listParameter, strictParameters, Timezone } from './parameters.ts';
import { FAILURES, jsonContent, MALFORMED, UNKNOWN } from './responses.ts';
import { createRouter } from './router.ts';
import { SeriesFields, seriesFields } from './series-fields.ts';
import { readSeriesFilter, SERIES_FILTER } from './series-filter.ts';

const SeriesBody = SeriesFields.extend({
  dataset: z.string().openapi({ example: 'actual-total-load' }),
  first_timestamp: z.string().nullable().openapi({ description: 'Start of the first stored point' }),
  last_timestamp: z.string().nullable().openapi({ description: 'Start of the last stored point' }),
  points: z.int().openapi({ description: 'Number of instants that are stored', example: 8760 }),
}).openapi('Series');

const listSeries = createRoute({
  operationId: 'listSeries',
  tags: ['Catalogue'],
  method: 'get',
  path: '/v1/series',
  summary: 'The series that are stored',
  request: {
    query: strictParameters({
      dataset: listParameter('Id of a dataset, such as actual-total-load'),
      ...SERIES_FILTER,
      timezone: Timezone,
    }),
  },
  responses: {
    200: jsonContent(z.object({ series: z.array(SeriesBody) }), 'The matching series, ordered by id'),
    ...MALFORMED,
    ...UNKNOWN,
    ...FAILURES,
  },
});

export function seriesRoutes(datasets: readonly Dataset[], series: Pick<SeriesReader, 'find'>) {
  return createRouter().openapi(listSeries, async (c) => {
    const { dataset, timezone, ...query } = c.req.valid('query');
    const found = await series.find({
      ...readSeriesFilter(query),
      datasets: dataset?.map((id) => resolveDataset(datasets, id).id),
    });
    return c.json({ series: found.map((one) => toBody(one, timezone)) }, 200);
  });
}

function toBody(series: StoredSeries, timezone: string): z.infer<typeof SeriesBody> {
  const { firstStartsAt, lastStartsAt } = series;
  return {
    dataset: series.dataset,
    ...seriesFields(series),
    first_timestamp: firstStartsAt && writeInstant(firstStartsAt, timezone),
    last_timestamp: lastStartsAt && writeInstant(lastStartsAt, timezone),
    points: series.pointCount,
  };
}
