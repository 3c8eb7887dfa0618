import type { LoadRowReader, SeriesReader } from '@energy-data-service/db';
import type { Dataset } from '@energy-data-service/domain';
import { createRoute, z } from '@hono/zod-openapi';
import { EXAMPLE_DAY } from './example-day.ts';
import { readRange } from './instants.ts';
import { areaCode, resolveAreas, resolveDataTypes } from './names.ts';
import { EndTime, listParameter, StartTime, strictParameters, Timezone } from './parameters.ts';
import { ProblemError } from './problem.ts';
import { FAILURES, IMPOSSIBLE, jsonContent, MALFORMED, UNKNOWN } from './responses.ts';
import { createRouter } from './router.ts';
import { streamText } from './stream-text.ts';

const LoadRow = z
  .object({
    timestamp: z.string().openapi({ example: EXAMPLE_DAY.start }),
    area_code: z
      .string()
      .openapi({ description: 'Short code, or the EIC of an area without one', example: 'CZ' }),
    data_type: z.string().openapi({ example: 'actual' }),
    business_type: z.string().nullable().openapi({ example: 'A04' }),
    quantity_mw: z
      .number()
      .nullable()
      .openapi({ description: 'With the digits that were published', example: 7213.5 }),
    unit_name: z.string().nullable().openapi({ example: 'MAW' }),
    object_aggregation: z.string().nullable().openapi({ example: 'A01' }),
    curve_type: z.string().nullable().openapi({ example: 'A01' }),
    resolution_minutes: z
      .int()
      .nullable()
      .openapi({ description: 'null: a step of the calendar', example: 60 }),
    document_mrid: z.string().nullable(),
    time_series_mrid: z.string().nullable(),
    data_source: z.string().openapi({ example: 'entsoe' }),
    created_at: z.string().openapi({ description: 'Since when a value has been known for this instant' }),
    updated_at: z.string().openapi({ description: 'Since when this value has been known' }),
  })
  .openapi('LoadRow');

const listLoadData = createRoute({
  operationId: 'listLoadData',
  tags: ['Values'],
  method: 'get',
  path: '/v1/load-data',
  summary: 'Load data, flat: one row per value',
  description: 'Current values in the range `start_time` ≤ t < `end_time`, streamed, without a limit.',
  request: {
    query: strictParameters({
      area_code: listParameter('Short code or EIC of an area', 'CZ'),
      start_time: StartTime,
      end_time: EndTime,
      data_type: listParameter(
        'actual, day_ahead, week_ahead, month_ahead, year_ahead or forecast_margin; all by default',
      ),
      business_type: listParameter('ENTSO-E business type, such as A04; all by default'),
      timezone: Timezone,
    }),
  },
  responses: {
    200: jsonContent(z.array(LoadRow), 'Rows ordered by timestamp'),
    ...MALFORMED,
    ...UNKNOWN,
    ...IMPOSSIBLE,
    ...FAILURES,
  },
});

interface Readers {
  readonly series: Pick<SeriesReader, 'find'>;
  readonly loadRows: LoadRowReader;
}

export function loadDataRoutes(datasets: readonly Dataset[], { series, loadRows }: Readers) {
  return createRouter().openapi(listLoadData, async (c) => {
    const { area_code, data_type, business_type, timezone, ...range } = c.req.valid('query');
    if (area_code === undefined) {
      throw new ProblemError(400, 'malformed request', [{ parameter: 'area_code', message: 'required' }]);
    }
    const window = readRange({ ...range, timezone });
    const found = await series.find({
      areas: resolveAreas('area_code', area_code),
      datasets: resolveDataTypes(datasets, data_type).map(({ id }) => id),
      businessTypes: business_type,
    });
    const loads = found.map((one) => ({ series: one, areaCode: areaCode(one.area) }));
    return streamText(c, 'application/json', jsonArray(loadRows.jsonRows(loads, window, timezone)));
  });
}

async function* jsonArray(rows: AsyncGenerator<string>): AsyncGenerator<string> {
  let separator = '[';
  for await (const text of rows) {
    yield separator + text;
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}
