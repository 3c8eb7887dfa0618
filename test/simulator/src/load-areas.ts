import { type Area, type AreaKind, areaTimezone, findArea, validityAs } from '@energy-data-service/domain';
import { hashText, uniform } from './hash.ts';

const LOAD_KINDS: readonly AreaKind[] = ['BZN', 'CTA', 'CTY'];

/** An area that load is published for. */
export interface LoadArea {
  readonly eic: string;
  readonly timezone: string;
  /** Length of the market time unit. */
  readonly resolutionMinutes: 15 | 30 | 60;
  /** Yearly mean of the load. */
  readonly meanMw: number;
  /** The area has data from (inclusive) until (exclusive) these instants, in milliseconds. */
  readonly validFromMs: number;
  readonly validUntilMs: number;
}

/** The first day of the platform in its present scope; nothing is published for the time before. */
const PLATFORM_START = Temporal.PlainDate.from('2015-01-05');

/** Yearly mean load in MW of areas that a reader knows; the others are given one by chance. */
const KNOWN_MEAN_MW: Readonly<Record<string, number>> = {
  AT: 7_000,
  BE: 9_300,
  BG: 4_400,
  CH: 6_900,
  CZ: 7_200,
  DE: 54_300,
  DE_50HZ: 11_500,
  DE_AMPRION: 20_800,
  DE_AT_LU: 61_500,
  DE_LU: 55_000,
  DE_TENNET: 14_900,
  DE_TRANSNET: 7_100,
  DK: 3_900,
  DK_1: 2_400,
  DK_2: 1_500,
  EE: 930,
  ES: 26_500,
  FI: 9_400,
  FR: 50_000,
  GB: 32_000,
  GR: 5_700,
  HR: 2_000,
  HU: 5_000,
  IE: 3_500,
  IE_SEM: 4_300,
  IT: 33_000,
  LT: 1_400,
  LU: 700,
  LV: 800,
  NL: 12_800,
  NO: 15_000,
  PL: 19_000,
  PT: 5_700,
  RO: 6_200,
  RS: 4_000,
  SE: 15_500,
  SI: 1_500,
  SK: 3_300,
};

const QUARTER_HOURLY = new Set([
  'AT',
  'BE',
  'DE',
  'DE_50HZ',
  'DE_AMPRION',
  'DE_AT_LU',
  'DE_LU',
  'DE_TENNET',
  'DE_TRANSNET',
  'HU',
  'LU',
  'NL',
]);

const HALF_HOURLY = new Set(['GB', 'IE', 'IE_SEM', 'NIE']);

/** The area that this code names, if load is published for areas of its kind. */
export function findLoadArea(eic: string): LoadArea | undefined {
  const area = findArea(eic);
  if (area?.eic !== eic || !area.kinds.some((kind) => LOAD_KINDS.includes(kind))) {
    return undefined;
  }
  const { validFrom, validUntil } = validityAs(area, LOAD_KINDS);
  const timezone = areaTimezone(eic);
  const platformStartMs = PLATFORM_START.toZonedDateTime(timezone).epochMilliseconds;
  return {
    eic,
    timezone,
    resolutionMinutes: resolutionMinutes(area),
    meanMw: KNOWN_MEAN_MW[area.code] ?? chanceMeanMw(eic),
    validFromMs: Math.max(platformStartMs, validFrom === null ? 0 : Date.parse(validFrom)),
    validUntilMs: validUntil === null ? Number.POSITIVE_INFINITY : Date.parse(validUntil),
  };
}

function resolutionMinutes({ code }: Area): 15 | 30 | 60 {
  if (QUARTER_HOURLY.has(code)) return 15;
  return HALF_HOURLY.has(code) ? 30 : 60;
}

/** Between 300 MW and 12 GW, small areas being as common as large ones on a logarithmic scale. */
function chanceMeanMw(eic: string): number {
  return Math.round(300 * 40 ** uniform(hashText(eic), 0));
}
