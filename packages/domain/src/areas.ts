import areas from './areas.json' with { type: 'json' };
import { nearest } from './nearest.ts';

/**
 * What an area is on the platform: bidding zone, control area, country, market balance area, scheduling
 * area, imbalance price area, imbalance area, load-frequency control area or block, bidding zone
 * aggregation, region, synchronous area.
 */
export type AreaKind =
  | 'BZN'
  | 'CTA'
  | 'CTY'
  | 'MBA'
  | 'SCA'
  | 'IPA'
  | 'IBA'
  | 'LFA'
  | 'LFB'
  | 'BZA'
  | 'REG'
  | 'SNA';

export interface Area {
  /** Short, readable key such as `DE_LU`; the platform itself knows only EICs. */
  readonly code: string;
  /** Energy Identification Code, 16 characters. */
  readonly eic: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kinds: readonly AreaKind[];
  readonly country: string | null;
  /** IANA name of the zone in which the area's days, weeks and years are cut; null for regions. */
  readonly timezone: string | null;
  /** Instants, half-open; null is open or unknown. Outside, the platform has no data, but no error. */
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  /**
   * The kinds that the two are about, where they are not about all: Austria's price zone is younger than its control area,
   * and all have one EIC.
   */
  readonly validKinds?: readonly AreaKind[];
}

/** Every area of the platform's list, ordered by code. */
export const AREAS: readonly Area[] = areas as Area[];

/** The zone of coupled markets, and of whatever has none of its own. */
export const CENTRAL_EUROPEAN_TIME = 'Europe/Brussels';

const byName = new Map<string, Area>(
  AREAS.flatMap((area) => [area.code, area.eic, ...area.aliases].map((name) => [name, area] as const)),
);

/** The area with this code, alias or EIC. */
export function findArea(codeOrEic: string): Area | undefined {
  return byName.get(codeOrEic);
}

/** The time in which an area exists as any of these kinds: half-open, null is open or unknown. */
export function validityAs(
  { kinds, validFrom, validUntil, validKinds = kinds }: Area,
  wanted: readonly AreaKind[],
): Pick<Area, 'validFrom' | 'validUntil'> {
  const isOlder = kinds.some((kind) => wanted.includes(kind) && !validKinds.includes(kind));
  return isOlder ? { validFrom: null, validUntil: null } : { validFrom, validUntil };
}

/** Codes that a person may have meant, nearest first; at most three. */
export function nearestAreaCodes(code: string): string[] {
  return nearest(
    code,
    AREAS.map((area) => area.code),
  );
}

/** The zone in which calendar steps of this area are cut. */
export function areaTimezone(eic: string): string {
  return byName.get(eic)?.timezone ?? CENTRAL_EUROPEAN_TIME;
}

/**
 * Whether the text is a well-formed EIC, check character included.
 *
 * Weights 16 to 2 over the first 15 characters; 0–9, A–Z = 10–35, hyphen = 36.
 *
 * @see https://www.entsoe.eu/data/energy-identification-codes-eic/
 */
export function isValidEic(text: string): boolean {
  if (!/^[0-9A-Z-]{15}[0-9A-Z]$/.test(text)) return false;
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-';
  let sum = 0;
  for (let i = 0; i < 15; i++) sum += alphabet.indexOf(text.charAt(i)) * (16 - i);
  return alphabet.charAt(36 - ((sum - 1) % 37)) === text.charAt(15);
}
