import type { LatestPoint, LatestPointReader } from '@energy-data-service/db';
import type { Dataset } from '@energy-data-service/domain';
import { createRoute, z } from '@hono/zod-openapi';
import { writeInstant } from './instants.ts';
import { resolveDataset } from './names.ts';
import { DatasetParameter, strictParameters, Timezone } from './parameters.ts';
import { FAILURES, jsonContent, MALFORMED, UNKNOWN } from './responses.ts';
import { createRouter } from './router.ts';
import { openSeriesObject, SeriesFields } from './series-fields.ts';
import { readSeriesFilter, SERIES_FILTER } from './series-filter.ts';
import { streamText } from './stream-text.ts';

const Latest = z
  .object({
    dataset: z.string().openapi({ example: 'actual-total-load' }),
    series: z.array(
      SeriesFields.extend({
        timestamp: z.string().openapi({ example: '2023-03-03T23:00:00Z' }),
        value: z
          .number()
          .nullable()
          .openapi({ description: 'null: the source says "no value"', example: 6980.1 }),
        known_at: z.string().openapi({ description: 'Since when the value has been known' }),
      }),
    ),
  })
  .openapi('Latest');

const getLatest = createRoute({
  operationId: 'getLatestValues',
  tags: ['Values'],
  method: 'get',
  path: '/v1/datasets/{dataset}/latest',
  summary: 'The newest value of every matching series',
  description:
    'The newest is the one with the latest timestamp, whatever its value: of a forecast it lies in the future, ' +
    'and it may be a published "no value" (null). Series without any value are left out.',
  request: {
    params: DatasetParameter,
    query: strictParameters({ ...SERIES_FILTER, timezone: Timezone }),
  },
  responses: {
    200: jsonContent(Latest, 'One value per series, ordered by series'),
    ...MALFORMED,
    ...UNKNOWN,
    ...FAILURES,
  },
});

export function latestRoutes(datasets: readonly Dataset[], latestPoints: LatestPointReader) {
  return createRouter().openapi(getLatest, async (c) => {
    const dataset = resolveDataset(datasets, c.req.valid('param').dataset);
    const { timezone, ...filter } = c.req.valid('query');
    const points = await latestPoints.find({ ...readSeriesFilter(filter), datasets: [dataset.id] });
    return streamText(c, 'application/json', latestJson(dataset.id, points, timezone));
  });
}

/** As text, because a JavaScript number would not keep the digits. */
async function* latestJson(
  dataset: string,
  points: readonly LatestPoint[],
  timezone: string,
): AsyncGenerator<string> {
  yield `{"dataset":${JSON.stringify(dataset)},"series":[`;
  for (const [i, point] of points.entries()) {
    const { startsAt, value, knownAt } = point;
    yield `${i === 0 ? '' : ','}${openSeriesObject(point)},"timestamp":"${writeInstant(startsAt, timezone)}",`;
    yield `"value":${value},"known_at":"${writeInstant(knownAt, timezone)}"}`;
  }
  yield ']}';
}
