import type { SeriesReader, StoredRange } from '@energy-data-service/db';
import type { Dataset } from '@energy-data-service/domain';
import { createRoute, z } from '@hono/zod-openapi';
import { resolveDataset } from './names.ts';
import { DatasetParameter, strictParameters } from './parameters.ts';
import { FAILURES, jsonContent, MALFORMED, UNKNOWN } from './responses.ts';
import { createRouter } from './router.ts';

const DatasetBody = z
  .object({
    id: z.string().openapi({ example: 'actual-total-load' }),
    source: z.string().openapi({ example: 'entsoe' }),
    title: z.string().openapi({ example: 'Actual Total Load' }),
    article: z.string().openapi({ description: 'Article of the regulation', example: '6.1.A' }),
    regulation: z.string(),
    group: z.string().openapi({ example: 'load' }),
    data_type: z.string().nullable().openapi({ description: 'Its name in /v1/load-data', example: 'actual' }),
    unit: z.string().openapi({ description: 'Unit of measure, as published', example: 'MAW' }),
    unit_kind: z.enum(['power', 'energy', 'price', 'amount', 'ratio']),
    resolutions: z.array(z.string()).openapi({ example: ['PT15M', 'PT60M'] }),
    licence: z.string(),
    area_kinds: z.array(z.string()).openapi({ description: 'Kinds of area it is published for' }),
    border: z.boolean().openapi({ description: 'Whether it is published for borders instead of areas' }),
    first_timestamp: z.string().nullable().openapi({ description: 'Start of the first stored point' }),
    last_timestamp: z.string().nullable().openapi({ description: 'Start of the last stored point' }),
  })
  .openapi('Dataset');

const listDatasets = createRoute({
  operationId: 'listDatasets',
  tags: ['Catalogue'],
  method: 'get',
  path: '/v1/datasets',
  summary: 'The datasets that this service knows',
  request: { query: strictParameters({}) },
  responses: {
    200: jsonContent(z.object({ datasets: z.array(DatasetBody) }), 'All datasets'),
    ...MALFORMED,
    ...FAILURES,
  },
});

const getDataset = createRoute({
  operationId: 'getDataset',
  tags: ['Catalogue'],
  method: 'get',
  path: '/v1/datasets/{dataset}',
  summary: 'One dataset',
  request: { params: DatasetParameter, query: strictParameters({}) },
  responses: { 200: jsonContent(DatasetBody, 'The dataset'), ...MALFORMED, ...UNKNOWN, ...FAILURES },
});

export function datasetRoutes(datasets: readonly Dataset[], series: Pick<SeriesReader, 'storedRanges'>) {
  return createRouter()
    .openapi(listDatasets, async (c) => {
      const ranges = await series.storedRanges();
      return c.json({ datasets: datasets.map((dataset) => toBody(dataset, ranges)) }, 200);
    })
    .openapi(getDataset, async (c) => {
      const dataset = resolveDataset(datasets, c.req.valid('param').dataset);
      return c.json(toBody(dataset, await series.storedRanges()), 200);
    });
}

function toBody(dataset: Dataset, ranges: readonly StoredRange[]): z.infer<typeof DatasetBody> {
  const range = ranges.find((candidate) => candidate.dataset === dataset.id);
  return {
    id: dataset.id,
    source: dataset.source,
    title: dataset.title,
    article: dataset.article,
    regulation: dataset.regulation,
    group: dataset.group,
    data_type: dataset.dataType,
    unit: dataset.unit.name,
    unit_kind: dataset.unit.kind,
    resolutions: [...dataset.resolutions],
    licence: dataset.licence,
    area_kinds: [...dataset.areaKinds],
    border: dataset.border,
    first_timestamp: range?.firstStartsAt.toString() ?? null,
    last_timestamp: range?.lastStartsAt.toString() ?? null,
  };
}
