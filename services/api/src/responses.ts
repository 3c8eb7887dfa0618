import { STATUS_CODES } from 'node:http';
import type { z } from '@hono/zod-openapi';
import { NOT_THIS_MACHINE } from './loopback.ts';
import { Problem, type ProblemParameter } from './problem.ts';

/** A JSON body in a route's description. */
export function jsonContent<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** @param detail - what such an answer says, as an example */
function problem(status: number, description: string, detail: string, errors: ProblemParameter[] = []) {
  const example: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: '5f0c2e0e-3c7b-4a53-9a53-0a8a3a9f9d55',
    errors,
  };
  return { description, content: { 'application/problem+json': { schema: Problem, example } } };
}

/** What any route that asks the database may answer instead. */
export const FAILURES = {
  500: problem(
    500,
    'A fault of this service; the log has it under the request id',
    'the request failed; the log says why under this request id',
  ),
  503: problem(
    503,
    'The database is away, or too much is under way for others; ask again after Retry-After',
    'the database is away',
  ),
  504: problem(
    504,
    'The database took too long; ask for less, or again after Retry-After',
    'the database took too long; ask for less at a time, or again later',
  ),
};

export const MALFORMED = {
  400: problem(400, 'Malformed request: unknown parameter, wrong format', 'malformed request', [
    { parameter: 'timezone', message: '"CET+1" is not an IANA time zone such as Europe/Brussels' },
  ]),
};
export const FORBIDDEN = {
  403: problem(403, 'Only the machine that the service runs on may do this', NOT_THIS_MACHINE),
};
export const UNKNOWN = {
  404: problem(404, 'Unknown dataset, area or id; names the nearest ones', 'unknown area', [
    { parameter: 'area_code', message: 'unknown area "CX", did you mean CZ?; /v1/areas lists all' },
  ]),
};
export const TOO_LARGE = {
  413: problem(413, 'The body is too large', 'the body is larger than 65536 bytes'),
};
/** What a route with a JSON body says to one of another type. */
export const NOT_JSON = 'the body must be JSON, sent with the header content-type: application/json';
export const UNSUPPORTED = {
  415: problem(415, 'The body is of another type than JSON', NOT_JSON),
};
export const IMPOSSIBLE = {
  422: problem(422, 'Understood, but impossible: the end before the start', 'empty range', [
    { parameter: 'end_time', message: 'must be later than start_time; the end is exclusive' },
  ]),
};
