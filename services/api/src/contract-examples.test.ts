import { STATUS_CODES } from 'node:http';
import { expect, it } from 'vitest';
import { OPEN_API } from './open-api.ts';
import { Problem } from './problem.ts';
import { FAILURES, FORBIDDEN, IMPOSSIBLE, MALFORMED, TOO_LARGE, UNKNOWN } from './responses.ts';
import { valueRoutes } from './values.ts';

it('every problem has an example of its own status', () => {
  const problems = { ...MALFORMED, ...FORBIDDEN, ...UNKNOWN, ...TOO_LARGE, ...IMPOSSIBLE, ...FAILURES };
  const examples = Object.entries(problems).map(([status, { content }]) => {
    const example = Problem.parse(content['application/problem+json'].example);
    expect(example).toMatchObject({ status: Number(status), title: STATUS_CODES[status] });
    return example.detail;
  });
  expect(new Set(examples).size).toBe(8);
});

it('values are asked for where a service that has just begun to collect has some: yesterday', () => {
  const routes = valueRoutes([], { series: { find: async () => [] }, points: {} as never });
  const { paths } = routes.getOpenAPI31Document(OPEN_API);
  const examples = (paths?.['/v1/datasets/{dataset}/values']?.get?.parameters ?? []).map((parameter) =>
    'name' in parameter ? [parameter.name, parameter.schema] : [],
  );
  // In UTC, as the process began: the day may have changed since.
  const { start_time, end_time } = Object.fromEntries(examples);
  const start = Temporal.Instant.from(start_time.example);
  expect(Temporal.Instant.from(end_time.example).since(start).total('hours')).toBe(24);
  const age = Temporal.Now.instant().since(start).total('hours');
  expect(age).toBeGreaterThanOrEqual(24);
  expect(age).toBeLessThan(49);
});
