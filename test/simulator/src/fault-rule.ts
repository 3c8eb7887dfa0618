import { z } from 'zod';
import { LOAD_ITEM_IDS } from './load-items.ts';

/**
 * Ways to fail. Instead of the answer:
 * - `maintenance`: 503, HTML
 * - `server-error`: 500, HTML
 * - `not-found`: 404, the text "404 page not found"
 * - `ban`: 429, and the token is banned from then on
 * - `unauthorized`: 401, although the token is right
 * - `bad-request`: 400, although the request is right
 * - `html`: 200 with an HTML page
 * - `reset`: the connection is reset before any answer
 *
 * Done to the answer:
 * - `truncated`: the connection ends in the middle of the announced length
 * - `cut`: the second half is missing, and the length is announced so
 * - `malformed`: a bare ampersand makes the XML ill-formed
 * - `slow`: nothing is sent for `delayMs`
 * - `slow-body`: the headers are sent at once, the body in pieces over `delayMs`
 */
export const FAULTS = [
  'maintenance',
  'server-error',
  'not-found',
  'ban',
  'unauthorized',
  'bad-request',
  'html',
  'reset',
  'truncated',
  'cut',
  'malformed',
  'slow',
  'slow-body',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Which requests fail, and how. Several conditions must hold together. */
export const FaultRule = z.strictObject({
  fault: z.enum(FAULTS),
  /** The next so many requests that match, then the rule is gone; left out: until it is taken back. */
  times: z.int().positive().optional(),
  /** Share of matching requests that fail, drawn from a seeded generator; left out: all. */
  probability: z.number().min(0).max(1).optional(),
  /** Only requests for this load item. */
  item: z.enum(LOAD_ITEM_IDS).optional(),
  /** Only requests that name this EIC as a domain. */
  area: z.string().optional(),
  /** For `slow` and `slow-body`. */
  delayMs: z.int().nonnegative().default(1_000),
});
export type FaultRule = z.infer<typeof FaultRule>;
