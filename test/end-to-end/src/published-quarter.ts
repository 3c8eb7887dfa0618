import { type CollectRequest, splitWindow, type TimeWindow } from '@energy-data-service/domain';
import type { Simulator } from '@energy-data-service/simulator';
import { expect } from 'vitest';
import { readPublished } from './published.ts';
import type { Stack } from './stack.ts';
import { loadRequest } from './waves.ts';

export const QUARTER: TimeWindow = {
  from: Temporal.Instant.from('2023-12-31T23:00:00Z'),
  to: Temporal.Instant.from('2024-03-31T22:00:00Z'),
};

/** Load of Czechia in the first quarter of 2024, in 91 windows of a day. */
export const QUARTER_DAYS: readonly CollectRequest[] = splitWindow(QUARTER, 1).map(loadRequest);

/** Every published value is stored once, none was replaced, and no window failed: as if nothing had happened. */
export async function expectUndisturbedQuarter(
  stack: Pick<Stack, 'sql'>,
  simulator: Simulator,
): Promise<void> {
  await expectUndisturbed(stack, simulator, [QUARTER]);
}

/** The same of load of Czechia in these windows, of which each begins after the one before it. */
export async function expectUndisturbed(
  { sql }: Pick<Stack, 'sql'>,
  simulator: Simulator,
  windows: readonly TimeWindow[],
): Promise<void> {
  const rows = await sql<{ starts_at: Temporal.Instant; value: string | null }[]>`
    select starts_at, value::text from point order by starts_at`;
  const published = await Promise.all(
    windows.map((window) => readPublished(simulator, loadRequest(window).area, window)),
  );
  expect(rows.map(({ starts_at, value }) => [starts_at.toString(), value])).toEqual(published.flat());
  expect([...(await sql`select from point_revision`)]).toEqual([]);
  const unfinished = await sql`select from collection_window where status <> 'succeeded'`;
  expect(unfinished).toHaveLength(0);
}
