import type { z } from '@hono/zod-openapi';
import { Problem } from './problem.ts';

/** A JSON body in a route's description. */
export function jsonContent<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: Problem } } };
}

/** What any route that asks the database may answer instead. */
export const FAILURES = {
  500: problem('A fault of this service; the log has it under the request id'),
  503: problem('The database is away or busy; ask again after Retry-After'),
  504: problem('The database took too long; ask for less, or again after Retry-After'),
};

export const MALFORMED = { 400: problem('Malformed request: unknown parameter, wrong format') };
export const FORBIDDEN = { 403: problem('Only the machine that the service runs on may do this') };
export const UNKNOWN = { 404: problem('Unknown dataset, area or id; names the nearest ones') };
export const TOO_LARGE = { 413: problem('The body is too large') };
export const IMPOSSIBLE = { 422: problem('Understood, but impossible: the end before the start') };
