import { AREAS, type Area } from '@energy-data-service/domain';
import { createRoute, z } from '@hono/zod-openapi';
import { strictParameters } from './parameters.ts';
import { FAILURES, jsonContent, MALFORMED } from './responses.ts';
import { createRouter } from './router.ts';

const AreaBody = z
  .object({
    code: z.string().openapi({ example: 'DE_LU' }),
    eic: z.string().openapi({ description: 'Energy Identification Code', example: '10Y1001A1001A82H' }),
    name: z.string(),
    aliases: z.array(z.string()).openapi({ description: 'Other codes that are understood' }),
    kinds: z
      .array(z.string())
      .openapi({ description: 'BZN is a bidding zone, CTA a control area …', example: ['BZN'] }),
    country: z.string().nullable(),
    timezone: z
      .string()
      .nullable()
      .openapi({ description: 'Zone of its market days', example: 'Europe/Berlin' }),
    valid_from: z
      .string()
      .nullable()
      .openapi({ description: 'Inclusive, in UTC; null is open', example: '2018-09-30T22:00:00Z' }),
    valid_until: z.string().nullable().openapi({ description: 'Exclusive, in UTC; null is open' }),
    valid_kinds: z.array(z.string()).openapi({
      description: 'The kinds that the two are about; as any other of its kinds it has no such bounds',
      example: ['BZN'],
    }),
  })
  .openapi('Area');

const listAreas = createRoute({
  operationId: 'listAreas',
  tags: ['Catalogue'],
  method: 'get',
  path: '/v1/areas',
  summary: 'The areas that data is published for',
  request: { query: strictParameters({}) },
  responses: {
    200: jsonContent(z.object({ areas: z.array(AreaBody) }), 'All areas, ordered by code'),
    ...MALFORMED,
    500: FAILURES[500],
  },
});

export function areaRoutes() {
  return createRouter().openapi(listAreas, (c) => c.json({ areas: AREAS.map(toBody) }, 200));
}

function toBody(area: Area): z.infer<typeof AreaBody> {
  return {
    code: area.code,
    eic: area.eic,
    name: area.name,
    aliases: [...area.aliases],
    kinds: [...area.kinds],
    country: area.country,
    timezone: area.timezone,
    valid_from: inFull(area.validFrom),
    valid_until: inFull(area.validUntil),
    valid_kinds: [...(area.validKinds ?? area.kinds)],
  };
}

/** The catalogue leaves out the seconds. */
function inFull(instant: string | null): string | null {
  return instant === null ? null : Temporal.Instant.from(instant).toString();
}
