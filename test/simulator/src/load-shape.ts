import { hashText, smoothNoise, uniform } from './hash.ts';
import type { LoadArea } from './load-areas.ts';
import { createLocalClock } from './local-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Share of the day's mean at each full local hour: a flat night, a broad midday, an evening peak. */
const HOURLY_SHARE = [
  0.8, 0.77, 0.76, 0.76, 0.76, 0.81, 0.91, 1.02, 1.08, 1.1, 1.1, 1.11, 1.1, 1.08, 1.06, 1.05, 1.06, 1.1, 1.14,
  1.14, 1.09, 1.03, 0.94, 0.86,
] as const;

/** Share of the week's mean, Monday first. */
const WEEKDAY_SHARE = [1.02, 1.04, 1.04, 1.04, 1.03, 0.94, 0.89] as const;

/** How far the coldest weeks lie above the mean of the year, and the warmest below it. */
const WINTER_SHARE = 0.14;

/** Local hours in which the load of some nights is flat: from (inclusive), to (exclusive). */
const PLATEAU = { fromHour: 1, toHour: 5, stepShare: 0.01 };

/** The load of an area as a function of time. */
export interface LoadShape {
  /** The load in MW that the calendar alone would give. */
  expectedMw(instantMs: number): number;
  /** The load in MW as measured, or as forecast for the next day: what is expected, and chance. */
  mw(kind: 'measured' | 'forecast', instantMs: number): number;
}

/**
 * The shape of an area's load. Every value depends on nothing but the seed, the area, the kind and the instant, so
 * that any two requests agree where they overlap.
 */
export function createLoadShape(seed: number, area: LoadArea): LoadShape {
  const localClock = createLocalClock(area.timezone);
  const plateauKey = hashText(`${seed}/${area.eic}/plateau`);
  const keys = {
    measured: hashText(`${seed}/${area.eic}/measured`),
    forecast: hashText(`${seed}/${area.eic}/forecast`),
  };

  function expectedMw(instantMs: number): number {
    return area.meanMw * calendarShare(localClock(instantMs));
  }

  return {
    expectedMw,

    mw(kind, instantMs) {
      const localMs = localClock(instantMs);
      const day = Math.floor(localMs / DAY_MS);
      const hour = (localMs - day * DAY_MS) / HOUR_MS;
      const expected = expectedMw(instantMs);
      // Every other night is held at steps of one per cent, so that neighbours are equal and A03 leaves points out.
      if (hour >= PLATEAU.fromHour && hour < PLATEAU.toHour && uniform(plateauKey, day) < 0.5) {
        const stepMw = area.meanMw * PLATEAU.stepShare;
        return Math.round(expected / stepMw) * stepMw;
      }
      const slow = 0.02 * smoothNoise(keys[kind], instantMs / (6 * HOUR_MS));
      const fast = 0.004 * (uniform(keys[kind], instantMs / 60_000) - 0.5);
      return expected * (1 + slow + fast);
    },
  };
}

function calendarShare(localMs: number): number {
  const day = Math.floor(localMs / DAY_MS);
  const hours = (localMs - day * DAY_MS) / HOUR_MS;
  const hour = Math.floor(hours);
  const share = hours - hour;
  const hourly = hourlyShare(hour) * (1 - share) + hourlyShare((hour + 1) % 24) * share;
  // 1970-01-01 was a Thursday.
  const weekday = WEEKDAY_SHARE[(((day + 3) % 7) + 7) % 7] ?? 1;
  const yearly = 1 + WINTER_SHARE * Math.cos((2 * Math.PI * (day - 15)) / 365.2425);
  return hourly * weekday * yearly;
}

function hourlyShare(hour: number): number {
  return HOURLY_SHARE[hour] ?? 1;
}
