import { expect, it } from 'vitest';
import { budgetsOf } from './budgets.ts';
import { SOURCES } from './index.ts';

it('are read by the id of their source, without credentials', () => {
  expect(budgetsOf(SOURCES).parse({ ENTSOE_REQUESTS_PER_MINUTE: '40' })).toEqual(new Map([['entsoe', 40]]));
  expect(budgetsOf(SOURCES).parse({})).toEqual(new Map([['entsoe', 380]]));
});

it('name the variable of what cannot be', () => {
  const { error } = budgetsOf(SOURCES).safeParse({ ENTSOE_REQUESTS_PER_MINUTE: '391' });
  expect(error?.issues).toMatchObject([
    { path: ['ENTSOE_REQUESTS_PER_MINUTE'], message: expect.stringMatching(/^must be at most 390/) },
  ]);
});
