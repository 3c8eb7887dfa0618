/**
 * The length of a step between two values, as published (`PT15M`, `P1D`).
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
    return { kind: 'fixed', text, stepMs: duration.total('milliseconds') };
  }
  return { kind: 'calendar', text, duration };
}

/** The resolution in whole minutes; null for calendar steps and for steps of seconds. */
export function resolutionMinutes(text: string): number | null {
  const resolution = parseResolution(text);
  if (resolution?.kind !== 'fixed' || resolution.stepMs % 60_000 !== 0) return null;
  return resolution.stepMs / 60_000;
}
