import { OpenAPIHono } from '@hono/zod-openapi';
import type { ZodError } from 'zod';
import type { ApiEnv } from './api-env.ts';
import { ProblemError, type ProblemParameter } from './problem.ts';

/** Routes whose input is checked by their schemas; what does not fit them is a 400. */
export function createRouter(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    strict: false,
    defaultHook: (result) => {
      if (!result.success) throw new ProblemError(400, 'malformed request', describeIssues(result.error));
    },
  });
}

function describeIssues({ issues }: ZodError): ProblemParameter[] {
  return issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [{ parameter: path, message: describeIssue(issue) }];
    return issue.keys.map((key) => ({
      parameter: path === '' ? key : `${path}.${key}`,
      message: issue.message,
    }));
  });
}

/** The library's own words are about types, where somebody has repeated a parameter. */
function describeIssue({ message }: ZodError['issues'][number]): string {
  return message === 'Invalid input: expected string, received array'
    ? 'takes one value, not several'
    : message;
}
