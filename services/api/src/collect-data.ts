import { type Dataset, findArea, publishedPart, type TimeWindow } from '@energy-data-service/domain';
import { createRoute, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { readRange } from './instants.ts';
import { requireLoopback } from './loopback.ts';
import { resolveAreas, resolveDataset, resolveDataTypes } from './names.ts';
import { EndTime, requiredText, StartTime, strictParameters, Timezone } from './parameters.ts';
import { ProblemError } from './problem.ts';
import {
  FAILURES,
  FORBIDDEN,
  IMPOSSIBLE,
  jsonContent,
  MALFORMED,
  TOO_LARGE,
  UNKNOWN,
  UNSUPPORTED,
} from './responses.ts';
import { createRouter } from './router.ts';

/** What to collect. */
export interface CollectionRequest extends TimeWindow {
  readonly dataset: Dataset;
  /** EIC */
  readonly area: string;
  /** EIC of the other side of a border; null for items of one area. */
  readonly counterArea: string | null;
}

/** Records a collection, so that it will be done; answers with its id (a UUID) and its number of windows. */
export type RequestCollection = (request: CollectionRequest) => Promise<{ id: string; windows: number }>;

const MAX_BODY_BYTES = 64 * 1024;

/** Longer than the platform's history. */
const MAX_YEARS = 20;

const CollectData = strictParameters({
  dataset: z.string().optional().openapi({ description: 'Id of a dataset', example: 'actual-total-load' }),
  data_type: z
    .string()
    .optional()
    .openapi({ description: 'For load, in place of dataset: actual, day_ahead …', example: 'actual' }),
  area_code: requiredText().openapi({ description: 'Short code or EIC', example: 'CZ' }),
  counter_area_code: z
    .string()
    .nullable()
    .default(null)
    .openapi({ description: 'The other side, for datasets of borders' }),
  start_time: StartTime,
  end_time: EndTime,
  timezone: Timezone,
  contract_type: z.string().nullable().default(null).openapi({ description: 'For datasets that need it' }),
  business_type: z.string().nullable().default(null).openapi({ description: 'For datasets that need it' }),
}).openapi('CollectData', {
  example: {
    dataset: 'actual-total-load',
    area_code: 'CZ',
    start_time: '2023-03-03',
    end_time: '2023-03-04',
  },
});
type CollectData = z.infer<typeof CollectData>;

const RequestedCollection = z
  .object({
    id: z.uuid(),
    windows: z.int().openapi({ description: 'Number of requests to the source at first', example: 1 }),
    status: z.literal('pending'),
  })
  .openapi('RequestedCollection');

const collectData = createRoute({
  operationId: 'collectData',
  tags: ['Collecting'],
  method: 'post',
  path: '/v1/collect-data',
  summary: 'Ask for data to be collected from its source',
  description:
    'A window that was collected before is asked for again. Allowed only from the machine that the service runs on.',
  middleware: [
    requireLoopback,
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new ProblemError(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
      },
    }),
  ],
  request: {
    query: strictParameters({}),
    body: { required: true, content: { 'application/json': { schema: CollectData } } },
  },
  responses: {
    202: {
      ...jsonContent(RequestedCollection, 'Will be collected; the header Location says where to look'),
      headers: z.object({ Location: z.string().openapi({ example: '/v1/collections/5f0c2e0e-…' }) }),
    },
    ...MALFORMED,
    ...FORBIDDEN,
    ...UNKNOWN,
    ...TOO_LARGE,
    ...UNSUPPORTED,
    ...IMPOSSIBLE,
    ...FAILURES,
  },
});

export function collectDataRoutes(datasets: readonly Dataset[], requestCollection: RequestCollection) {
  return createRouter().openapi(collectData, async (c) => {
    const body = c.req.valid('json');
    const dataset = readDataset(datasets, body);
    const [area] = resolveAreas('area_code', [body.area_code]);
    if (area === undefined) throw new Error('no area resolved');
    const counterArea = readCounterArea(dataset, body);
    refuseNarrowing(dataset, body);
    const window = readWindow(body);
    refuseUnpublished(dataset, area, window);
    const { id, windows } = await requestCollection({ dataset, area, counterArea, ...window });
    c.header('location', `/v1/collections/${id}`);
    return c.json({ id, windows, status: 'pending' as const }, 202);
  });
}

function readDataset(datasets: readonly Dataset[], { dataset, data_type }: CollectData): Dataset {
  if ((dataset === undefined) === (data_type === undefined)) {
    throw new ProblemError(400, 'malformed request', [
      { parameter: 'dataset', message: 'exactly one of dataset and data_type is needed' },
    ]);
  }
  if (dataset !== undefined) return resolveDataset(datasets, dataset);
  const [found] = resolveDataTypes(datasets, data_type === undefined ? [] : [data_type]);
  if (found === undefined) throw new Error('no data type resolved');
  return found;
}

function readCounterArea({ id, border }: Dataset, { counter_area_code }: CollectData): string | null {
  if (border !== (counter_area_code !== null)) {
    throw new ProblemError(422, 'impossible request', [
      {
        parameter: 'counter_area_code',
        message: border
          ? `required: ${id} is published for borders`
          : `${id} is published for areas, not borders`,
      },
    ]);
  }
  if (counter_area_code === null) return null;
  return resolveAreas('counter_area_code', [counter_area_code])[0] ?? null;
}

/** No dataset so far has more than one contract or business type to ask for. */
function refuseNarrowing({ id }: Dataset, body: CollectData): void {
  const given = (['contract_type', 'business_type'] as const).filter((parameter) => body[parameter] !== null);
  if (given.length > 0) {
    throw new ProblemError(
      422,
      'impossible request',
      given.map((parameter) => ({ parameter, message: `${id} cannot be narrowed by it` })),
    );
  }
}

/** An area that is in no list may be asked for: nothing is known of it. */
function refuseUnpublished(dataset: Dataset, eic: string, window: TimeWindow): void {
  const area = findArea(eic);
  if (area === undefined) return;
  const published = publishedPart(dataset, area, window);
  if ('part' in published) return;
  throw new ProblemError(422, 'impossible request', [
    { parameter: 'area_code', message: `${dataset.id} of ${area.code}: ${published.reason}` },
  ]);
}

function readWindow(body: CollectData): TimeWindow {
  const window = readRange(body);
  const longest = window.from.toZonedDateTimeISO('UTC').add({ years: MAX_YEARS }).toInstant();
  if (Temporal.Instant.compare(window.to, longest) > 0) {
    throw new ProblemError(422, 'impossible request', [
      { parameter: 'end_time', message: `may be at most ${MAX_YEARS} years after start_time` },
    ]);
  }
  return window;
}
