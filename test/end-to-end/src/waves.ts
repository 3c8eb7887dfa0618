import { createCollectionWindowRepository, type Sql } from '@energy-data-service/db';
import { type CollectRequest, splitWindow, type TimeWindow } from '@energy-data-service/domain';
import type { Faults, Simulator } from '@energy-data-service/simulator';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import { createHistoryModel, type HistoryModel } from './history-model.ts';
import { readPublished } from './published.ts';

const CZ = '10YCZ-CEPS-----N';
const MARCH = Temporal.Instant.from('2024-02-29T23:00:00Z');

/** The simulated platform refuses longer windows, so that some are split on their way. */
const MAX_DAYS = 7;

/** What the waves ask for: days, and longer windows that overlap them; the last one is split. */
const WINDOWS: readonly TimeWindow[] = [
  days(0, 1),
  days(1, 2),
  days(2, 3),
  days(0, 3),
  days(1, 4),
  days(0, MAX_DAYS + 1),
];

function days(first: number, last: number): TimeWindow {
  return { from: MARCH.add({ hours: 24 * first }), to: MARCH.add({ hours: 24 * last }) };
}

/** Load of Czechia, hourly. */
export function loadRequest(window: TimeWindow): CollectRequest {
  return { source: 'entsoe', dataset: 'actual-total-load', area: CZ, counterArea: null, window };
}

/** A time in which the platform says the same to everyone, and what is asked in it. */
export interface Wave {
  /** In place of those of the wave before, whose values come back with that. */
  readonly corrections: Faults['corrections'];
  readonly asked: readonly TimeWindow[];
}

const correction = fc
  .record({
    firstHour: fc.nat(4 * 24),
    hours: fc.integer({ min: 1, max: 30 }),
    change: fc.oneof(
      fc.constantFrom(-10, 10).map((changeByMw) => ({ changeByMw })),
      fc.constantFrom<{ values: (string | null)[] }>({ values: ['7000.5', null, '0'] }),
      fc.constant({ withdraw: true as const }),
    ),
  })
  .map(({ firstHour, hours, change }) => ({
    from: MARCH.add({ hours: firstHour }).toString(),
    to: MARCH.add({ hours: firstHour + hours }).toString(),
    ...change,
  }));

/** Two or more waves, each with corrections of its own. */
export const arbitraryWaves: fc.Arbitrary<Wave[]> = fc.array(
  fc.record({
    corrections: fc.array(correction, { maxLength: 3 }),
    asked: fc.subarray([...WINDOWS], { minLength: 2 }),
  }),
  { minLength: 2, maxLength: 3 },
);

interface WaveHooks {
  /** Called when a wave's windows wait for their answers. */
  readonly onOpened?: (wave: Wave) => Promise<void>;
  /** Called when all of them were answered, before the platform says something else. */
  readonly onAnswered?: () => Promise<void>;
}

/**
 * Lets one wave follow the other. A wave ends when all that it asks for was answered, whether that has been
 * processed or not.
 *
 * @returns what must be known in the end
 */
export async function runWaves(
  { sql, simulator }: { sql: Sql; simulator: Simulator },
  waves: readonly Wave[],
  { onOpened, onAnswered }: WaveHooks = {},
): Promise<HistoryModel> {
  const windows = createCollectionWindowRepository(sql);
  const model = createHistoryModel();
  for (const [i, wave] of waves.entries()) {
    simulator.faults.replace({
      corrections: [...wave.corrections],
      maxPeriods: { 'actual-total-load': `P${MAX_DAYS}D` },
    });
    model.beginWave(await serverTime(sql));
    for (const window of wave.asked) {
      const { window: _, ...item } = loadRequest(window);
      await windows.createCollection(`wave ${i}`, item, [window], 'backfill');
    }
    await onOpened?.(wave);
    await untilAnswered(sql);
    await onAnswered?.();
    for (const window of wave.asked) {
      for (const part of splitWindow(window, MAX_DAYS)) {
        model.observe(part, await readPublished(simulator, CZ, part));
      }
    }
  }
  return model;
}

async function serverTime(sql: Sql): Promise<Temporal.Instant> {
  const [row] = await sql<{ now: Temporal.Instant }[]>`select clock_timestamp() as now`;
  if (row === undefined) throw new Error('the server has no clock');
  return row.now;
}

async function untilAnswered(sql: Sql): Promise<void> {
  await vi.waitFor(
    async () => {
      const pending = await sql`select window_start, error from collection_window where status = 'pending'`;
      expect([...pending]).toEqual([]);
    },
    { timeout: 60_000, interval: 20 },
  );
}
