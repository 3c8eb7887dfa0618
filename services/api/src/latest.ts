import type { LatestPoint, LatestPointReader } from '@energy-data-service/db';
import type { Dataset } from '@energy-data-service/domain';
import { createRoute, z } from '@hono/zod-openapi';
import { EXAMPLE_DAY } from './example-day.ts';
import { writeInstant } from './instants.ts';
import { resolveDataset } from './names.ts';
import { DatasetParameter, strictParameters, Timezone } from './parameters.ts';
import { FAILURES, jsonContent, MALFORMED, UNKNOWN } from './responses.ts';
import { createRouter } from './router.ts';
import { openSeriesObject, SeriesFields } from './series-fields.ts';
import { readSeriesFilter, SERIES_FILTER, type SeriesFilterParameters } from './series-filter.ts';
import { shareAnswers } from './shared-answers.ts';
import { answerText } from './stream-text.ts';

const Latest = z
  .object({
    dataset: z.string().openapi({ example: 'actual-total-load' }),
    series: z.array(
      SeriesFields.extend({
        timestamp: z.string().openapi({ example: EXAMPLE_DAY.last }),
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
  // Asked for most often, and by many for the same: as soon as something new is expected.
  const findText = shareAnswers(async ({ dataset, filter, timezone }: Question) => {
    const points = await latestPoints.find({ ...readSeriesFilter(filter), datasets: [dataset] });
    return latestJson(dataset, points, timezone);
  }, JSON.stringify);
  return createRouter().openapi(getLatest, async (c) => {
    const dataset = resolveDataset(datasets, c.req.valid('param').dataset).id;
    const { timezone, ...filter } = c.req.valid('query');
    return answerText(c, 'application/json', await findText({ dataset, filter, timezone }));
  });
}

interface Question {
  readonly dataset: string;
  readonly filter: SeriesFilterParameters;
  readonly timezone: string;
}

/** As text, because a JavaScript number would not keep the digits. */
function latestJson(dataset: string, points: readonly LatestPoint[], timezone: string): string {
  const series = points.map((point) => {
    const startsAt = writeInstant(point.startsAt, timezone);
    const knownAt = writeInstant(point.knownAt, timezone);
    return `${openSeriesObject(point)},"timestamp":"${startsAt}","value":${point.value},"known_at":"${knownAt}"}`;
  });
  return `{"dataset":${JSON.stringify(dataset)},"series":[${series.join(',')}]}`;
}
