import type { PayloadRecord, PayloadRecordReader, RawPayloadRepository } from '@energy-data-service/db';
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ApiEnv } from './api-env.ts';
import { createMemoryShare, type MemoryShare } from './memory-share.ts';
import { areaCode } from './names.ts';
import { onceSent } from './once-sent.ts';
import { strictParameters } from './parameters.ts';
import { ProblemError } from './problem.ts';
import { FAILURES, jsonContent, MALFORMED, UNKNOWN } from './responses.ts';
import { createRouter } from './router.ts';

const RawPayload = z
  .object({
    id: z.int().openapi({ example: 4711 }),
    request: z.object({
      source: z.string().openapi({ example: 'entsoe' }),
      dataset: z.string().openapi({ example: 'actual-total-load' }),
      area_code: z.string().openapi({ example: 'CZ' }),
      area_eic: z.string().openapi({ example: '10YCZ-CEPS-----N' }),
      counter_area_code: z.string().nullable(),
      counter_area_eic: z.string().nullable(),
      start_time: z.string(),
      end_time: z.string(),
    }),
    status: z.int().openapi({ description: 'HTTP status of the answer', example: 200 }),
    media_type: z.string().nullable().openapi({ example: 'text/xml' }),
    received_at: z.string(),
    content_hash: z
      .string()
      .openapi({ description: 'Hexadecimal, of what the answer says: equal for equal content' }),
    size: z.int().openapi({ description: 'Bytes of the answer' }),
    same_as: z.int().nullable().openapi({
      description: 'The earlier answer that says the same and whose bytes are kept for both',
    }),
    processed_at: z.string().nullable(),
    outcome: z.enum(['data', 'no-data']).nullable(),
    points_new: z.int().nullable(),
    points_revised: z.int().nullable(),
    points_unchanged: z.int().nullable(),
    problems: z
      .array(z.string())
      .openapi({ description: 'Faults that did not keep the rest from being read' }),
    error: z.string().nullable().openapi({ description: 'Why it could not be read' }),
  })
  .openapi('RawPayload');

const request = {
  params: z.object({
    id: z
      .string()
      .regex(/^[1-9]\d{0,14}$/, 'must be a positive integer')
      .transform(Number)
      .openapi({
        type: 'integer',
        description: 'As in raw_payload_id of values with provenance',
        example: 4711,
      }),
  }),
  query: strictParameters({}),
};

const getRawPayload = createRoute({
  operationId: 'getRawPayload',
  tags: ['Provenance'],
  method: 'get',
  path: '/v1/raw-payloads/{id}',
  summary: 'An answer of a source: what was asked, when, and what became of it',
  request,
  responses: {
    200: jsonContent(RawPayload, 'The answer, without its bytes'),
    ...MALFORMED,
    ...UNKNOWN,
    ...FAILURES,
  },
});

const getRawPayloadBody = createRoute({
  operationId: 'getRawPayloadBody',
  tags: ['Provenance'],
  method: 'get',
  path: '/v1/raw-payloads/{id}/body',
  summary: 'The bytes of an answer, as they came',
  description: 'Of an answer that said the same as an earlier one, the bytes of the earlier one.',
  request,
  responses: {
    200: {
      description: 'The bytes, with the media type that the source gave them',
      content: { '*/*': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...MALFORMED,
    ...UNKNOWN,
    ...FAILURES,
  },
});

/** Of all bodies that are being read, some thirty of the usual size. */
const SHARED_BYTES = 128 * 1024 * 1024;
const shared = createMemoryShare(SHARED_BYTES);

/** Small enough that also a slow reader takes one from time to time, see `cutStalledConnections`. */
const PIECE_BYTES = 65_536;

/** @throws {ProblemError} 503 while others read too much */
async function beginBody(c: Context<ApiEnv>, share: MemoryShare, size: number): Promise<void> {
  await c.var.beginSending();
  if (!share.take(size)) {
    throw new ProblemError(503, 'too many raw payloads are being read at this moment', [], 5);
  }
  onceSent(c, () => share.free(size));
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) yield bytes.subarray(from, from + PIECE_BYTES);
}

interface Readers {
  readonly records: PayloadRecordReader;
  readonly payloads: Pick<RawPayloadRepository, 'body'>;
}

/** @param share - what the bodies of all answers may take together, in bytes */
export function rawPayloadRoutes({ records, payloads }: Readers, share: MemoryShare = shared) {
  async function getRecord(id: number): Promise<PayloadRecord> {
    const record = await records.find(id);
    if (record !== undefined) return record;
    throw new ProblemError(404, 'unknown raw payload', [
      { parameter: 'id', message: `no raw payload ${id}` },
    ]);
  }

  return createRouter()
    .openapi(getRawPayload, async (c) => c.json(toBody(await getRecord(c.req.valid('param').id)), 200))
    .openapi(getRawPayloadBody, async (c) => {
      const { id, sameAs, mediaType, bodySize } = await getRecord(c.req.valid('param').id);
      const keptId = sameAs ?? id;
      const size = sameAs === null ? bodySize : (await getRecord(sameAs)).bodySize;
      const isHead = c.req.method === 'HEAD';
      if (!isHead) await beginBody(c, share, size);
      const body = isHead ? '' : ReadableStream.from(piecesOf(await payloads.body(keptId)));
      return c.body(body, 200, {
        'content-length': String(size),
        'content-type': mediaType ?? 'application/octet-stream',
        // Foreign bytes: nothing in them may run as a page of ours.
        'content-disposition': `attachment; filename="raw-payload-${id}"`,
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
      });
    });
}

function toBody(record: PayloadRecord): z.infer<typeof RawPayload> {
  const { source, dataset, area, counterArea, window } = record.request;
  return {
    id: record.id,
    request: {
      source,
      dataset,
      area_code: areaCode(area),
      area_eic: area,
      counter_area_code: counterArea === null ? null : areaCode(counterArea),
      counter_area_eic: counterArea,
      start_time: window.from.toString(),
      end_time: window.to.toString(),
    },
    status: record.status,
    media_type: record.mediaType,
    received_at: record.receivedAt.toString(),
    content_hash: Buffer.from(record.contentHash).toString('hex'),
    size: record.bodySize,
    same_as: record.sameAs,
    processed_at: record.processedAt?.toString() ?? null,
    outcome: record.outcome,
    points_new: record.pointsNew,
    points_revised: record.pointsRevised,
    points_unchanged: record.pointsUnchanged,
    problems: [...record.problems],
    error: record.error,
  };
}
