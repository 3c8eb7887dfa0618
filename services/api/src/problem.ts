import { STATUS_CODES } from 'node:http';
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const ProblemParameter = z.object({
  parameter: z.string().openapi({ example: 'area_code' }),
  message: z.string().openapi({ example: 'unknown area "CX"; did you mean CZ?' }),
});
export type ProblemParameter = z.infer<typeof ProblemParameter>;

/** The body of every error: RFC 9457. */
export const Problem = z
  .object({
    type: z
      .string()
      .openapi({ description: 'Always about:blank: the status says it all', example: 'about:blank' }),
    title: z.string().openapi({ description: "The status' name", example: 'Not Found' }),
    status: z.int().openapi({ example: 404 }),
    detail: z.string().openapi({ description: 'What happened to this request', example: 'unknown area' }),
    instance: z.string().openapi({
      description: 'Id of the request, also in the header x-request-id and in the log',
      example: '5f0c2e0e-3c7b-4a53-9a53-0a8a3a9f9d55',
    }),
    errors: z.array(ProblemParameter).openapi({ description: 'The parameters at fault; empty if none is' }),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;

/** An answer other than the one that was asked for; thrown by handlers, shaped by the app's `onError`. */
export class ProblemError extends Error {
  readonly status: ContentfulStatusCode;
  readonly errors: readonly ProblemParameter[];
  /** When asking again may help. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: ContentfulStatusCode,
    detail: string,
    errors: readonly ProblemParameter[] = [],
    retryAfterSeconds?: number,
  ) {
    super(detail);
    this.name = 'ProblemError';
    this.status = status;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The answer for a problem. */
export function problemResponse(
  c: Context,
  { status, message, errors, retryAfterSeconds }: ProblemError,
): Response {
  if (retryAfterSeconds !== undefined) c.header('retry-after', `${retryAfterSeconds}`);
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    instance: c.get('requestId'),
    errors: [...errors],
  };
  return c.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}
