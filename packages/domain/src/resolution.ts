/**
 * The length of a step between two values. The text is the platform's usual one for the length (`PT60M`, `P7D`),
 * since a series that is published in hours is the one that was published in minutes.
 *
 * `fixed` steps are so many milliseconds. `calendar` steps (P1D, P7D, P1M, P3M, P1Y) have no fixed length: a
 * day has 23, 24 or 25 hours, and they are stepped in a time zone.
 */
export type Resolution =
  | { readonly kind: 'fixed'; readonly text: string; readonly stepMs: number }
  | { readonly kind: 'calendar'; readonly text: string; readonly duration: Temporal.Duration };

/** The resolution that an ISO 8601 duration names; undefined when it is none, zero, negative or mixed. */
export function parseResolution(text: string): Resolution | undefined {
  if (!/^P(?:\d{1,5}[YMWD]|T\d{1,5}[HMS])$/.test(text)) return undefined;
  const duration = Temporal.Duration.from(text);
  if (duration.blank) return undefined;
  if (text.startsWith('PT')) {
    const seconds = duration.total('seconds');
    const usual = seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`;
    return { kind: 'fixed', text: usual, stepMs: seconds * 1_000 };
  }
  return { kind: 'calendar', text: usualCalendarText(duration), duration };
}

function usualCalendarText({ years, months, weeks, days }: Temporal.Duration): string {
  if (weeks > 0 || days > 0) return `P${weeks * 7 + days}D`;
  return months % 12 === 0 ? `P${years + months / 12}Y` : `P${months}M`;
}

/** The resolution in whole minutes; null for calendar steps and for steps of seconds. */
export function resolutionMinutes(text: string): number | null {
  const resolution = parseResolution(text);
  if (resolution?.kind !== 'fixed' || resolution.stepMs % 60_000 !== 0) return null;
  return resolution.stepMs / 60_000;
}
