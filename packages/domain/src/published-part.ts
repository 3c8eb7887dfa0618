import { type Area, validityAs } from './areas.ts';
import type { Dataset } from './dataset.ts';
import type { TimeWindow } from './time-window.ts';

/**
 * The part of a window for which a dataset can be published of an area: the area is of a kind that it is published for,
 * and exists.
 *
 * @returns a window that is not empty, or else why there is none, in the words that follow the name of dataset or area
 */
export function publishedPart(
  { areaKinds }: Dataset,
  area: Area,
  window: TimeWindow,
): { readonly part: TimeWindow } | { readonly reason: string } {
  if (!area.kinds.some((kind) => areaKinds.includes(kind))) {
    return { reason: `not published for areas of its kind (${area.kinds.join(', ')})` };
  }
  const { validFrom, validUntil } = validityAs(area, areaKinds);
  const begin = validFrom === null ? window.from : later(Temporal.Instant.from(validFrom), window.from);
  const end = validUntil === null ? window.to : earlier(Temporal.Instant.from(validUntil), window.to);
  if (Temporal.Instant.compare(begin, end) < 0) return { part: { from: begin, to: end } };
  const reasons = [
    ...(validFrom === null ? [] : [`does not exist before ${validFrom}`]),
    ...(validUntil === null ? [] : [`does not exist since ${validUntil}`]),
  ];
  return { reason: reasons.join(', ') };
}

function later(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) > 0 ? a : b;
}

function earlier(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}
