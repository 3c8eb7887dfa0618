import type { PointReader, SeriesReader } from '@energy-data-service/db';
import type { Dataset } from '@energy-data-service/domain';
import { createRoute, z } from '@hono/zod-openapi';
import { EXAMPLE_DAY } from './example-day.ts';
import { readAsOf, readRange } from './instants.ts';
import { resolveDataset } from './names.ts';
import { AsOf, DatasetParameter, EndTime, StartTime, strictParameters, Timezone } from './parameters.ts';
import { ProblemError } from './problem.ts';
import { FAILURES, IMPOSSIBLE, MALFORMED, UNKNOWN } from './responses.ts';
import { createRouter } from './router.ts';
import { SeriesFields } from './series-fields.ts';
import { readSeriesFilter, SERIES_FILTER } from './series-filter.ts';
import { streamText } from './stream-text.ts';
import { CSV, FORMATS, JSON_TYPE, negotiateFormat } from './value-format.ts';
import { valuesCsv } from './values-csv.ts';
import { valuesJson } from './values-json.ts';

const Values = z
  .object({
    dataset: z.string().openapi({ example: 'actual-total-load' }),
    start_time: z.string().openapi({ example: EXAMPLE_DAY.start }),
    end_time: z.string().openapi({ example: EXAMPLE_DAY.end }),
    as_of: z.string().nullable().openapi({ example: null }),
    series: z
      .array(
        SeriesFields.extend({
          timestamps: z.array(z.string()).openapi({
            description: 'Starts of the intervals, ascending; what was not published is left out',
            example: [EXAMPLE_DAY.start, EXAMPLE_DAY.second],
          }),
          values: z.array(z.number().nullable()).openapi({
            description:
              'One per timestamp, with the digits that were published; null is a published "no value"',
            example: [7213.5, 7104.25],
          }),
          known_at: z.array(z.string()).optional().openapi({
            description: 'With provenance: since when the value has been known',
          }),
          raw_payload_id: z.array(z.int()).optional().openapi({
            description: 'With provenance: the answer that it came from, see /v1/raw-payloads',
          }),
        }),
      )
      .openapi({ description: 'Series that have values in the range, ordered by id' }),
    next_cursor: z.null(),
  })
  .openapi('Values');

const CSV_EXAMPLE = [
  'series_id,area_code,…,timestamp,value',
  `12,CZ,…,${EXAMPLE_DAY.start},7213.5`,
  `12,CZ,…,${EXAMPLE_DAY.second},7104.25`,
].join('\r\n');

const getValues = createRoute({
  operationId: 'getValues',
  tags: ['Values'],
  method: 'get',
  path: '/v1/datasets/{dataset}/values',
  summary: 'Values of a dataset',
  description:
    'All values in the range `start_time` ≤ t < `end_time`, without a limit: the answer is streamed. Nothing ' +
    'published is no error: `series` is empty then.',
  request: {
    params: DatasetParameter,
    query: strictParameters({
      ...SERIES_FILTER,
      start_time: StartTime,
      end_time: EndTime,
      as_of: AsOf,
      timezone: Timezone,
      provenance: z
        .enum(['true', 'false'])
        .default('false')
        .openapi({ description: 'Adds known_at and raw_payload_id to every value' }),
      format: z.enum(FORMATS).optional().openapi({ description: 'In place of the header Accept' }),
    }),
  },
  responses: {
    200: {
      description: 'The values, one array per series in JSON, one line per value in CSV (RFC 4180)',
      content: {
        [JSON_TYPE]: { schema: Values },
        [CSV]: { schema: z.string().openapi({ example: CSV_EXAMPLE }) },
      },
    },
    ...MALFORMED,
    ...UNKNOWN,
    ...IMPOSSIBLE,
    ...FAILURES,
  },
});

interface Readers {
  readonly series: Pick<SeriesReader, 'find'>;
  readonly points: PointReader;
}

export function valueRoutes(datasets: readonly Dataset[], { series, points }: Readers) {
  return createRouter().openapi(getValues, async (c) => {
    const dataset = resolveDataset(datasets, c.req.valid('param').dataset);
    const { start_time, end_time, as_of, timezone, provenance, format, ...filter } = c.req.valid('query');
    const contentType = negotiateFormat(format, c.req.header('accept'));
    if (filter.area_code === undefined && filter.series_id === undefined) {
      throw new ProblemError(400, 'malformed request', [
        { parameter: 'area_code', message: 'required, unless series_id says which series' },
      ]);
    }
    const selection = {
      ...readRange({ start_time, end_time, timezone }),
      asOf: as_of === undefined ? null : readAsOf(as_of, timezone),
      timezone,
      provenance: provenance === 'true',
    };
    const found = await series.find({ ...readSeriesFilter(filter), datasets: [dataset.id] });
    const write = contentType === CSV ? valuesCsv : valuesJson;
    c.header('vary', 'Accept');
    return streamText(c, contentType, write(points, dataset.id, found, selection));
  });
}
