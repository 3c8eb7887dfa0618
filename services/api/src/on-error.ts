import {
  isDatabaseAway,
  isDatabaseFull,
  isStatementTimeout,
  isUnknownTimezone,
} from '@energy-data-service/db';
import { describeError } from '@energy-data-service/domain';
import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ApiEnv } from './api-env.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { NOT_JSON } from './responses.ts';

/** Turns whatever a handler throws into a problem. What went wrong inside is logged and not told. */
export const onError: ErrorHandler<ApiEnv> = (error, c) => {
  if (error instanceof ProblemError) return problemResponse(c, error);
  if (error instanceof HTTPException) {
    // The router's own words do not say what is supported.
    const detail = error.status === 415 ? NOT_JSON : error.message;
    return problemResponse(c, new ProblemError(error.status, detail));
  }
  if (isUnknownTimezone(error)) {
    const message = 'is not among the time zones of the database; try its other name';
    return problemResponse(
      c,
      new ProblemError(400, 'malformed request', [{ parameter: 'timezone', message }]),
    );
  }
  if (isDatabaseFull(error)) {
    c.var.log.error({ reason: describeError(error) }, 'database full');
    return problemResponse(c, new ProblemError(503, 'the database has no room left', [], 30));
  }
  if (isDatabaseAway(error)) {
    c.var.log.error({ reason: describeError(error) }, 'database away');
    return problemResponse(c, new ProblemError(503, 'the database is away', [], 5));
  }
  if (isStatementTimeout(error)) {
    c.var.log.error({ err: error }, 'database too slow');
    const detail = 'the database took too long; ask for less at a time, or again later';
    return problemResponse(c, new ProblemError(504, detail, [], 30));
  }
  c.var.log.error({ err: error }, 'request failed');
  return problemResponse(
    c,
    new ProblemError(500, 'the request failed; the log says why under this request id'),
  );
};
