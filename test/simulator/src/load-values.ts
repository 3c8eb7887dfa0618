import type { Value } from '@energy-data-service/domain';
import { hashText, uniform } from './hash.ts';
import type { LoadArea } from './load-areas.ts';
import { createLoadFlaws } from './load-flaws.ts';
import type { LoadItem } from './load-items.ts';
import { createLoadShape, type LoadShape } from './load-shape.ts';
import { formatMw } from './power-format.ts';

const HOUR_MS = 3_600_000;

/** How generated values are made. */
export interface LoadValueOptions {
  readonly seed: number;
  /** Whether a few hours are missing or lack their value. */
  readonly flaws: boolean;
}

/** What the value of a step depends on besides the step. */
export interface StepState {
  /** Whether a first estimate is published, which the final value will replace. */
  readonly provisional: boolean;
}

/** The value of a step; undefined is "not published", null is published without a value. */
export type LoadValues = (startMs: number, endMs: number, state: StepState) => Value | undefined;

/** The values of one series of an item in an area. */
export function createLoadValues(
  item: LoadItem,
  businessType: LoadItem['businessTypes'][number],
  area: LoadArea,
  { seed, flaws }: LoadValueOptions,
): LoadValues {
  const shape = createLoadShape(seed, area);
  if (item.step !== 'market-time-unit') {
    const key = hashText(`${seed}/${area.eic}/${item.id}/${businessType}`);
    return (startMs, endMs) => formatMw(boundMw(businessType, shape, area, key, startMs, endMs));
  }
  const flawAt = flaws ? createLoadFlaws(seed, area, item) : () => undefined;
  const kind = item.horizon === 'past' ? 'measured' : 'forecast';
  const revisionKey = hashText(`${seed}/${area.eic}/${item.id}/revision`);
  return (startMs, _endMs, { provisional }) => {
    const flaw = flawAt(startMs);
    if (flaw === 'gap') return undefined;
    if (flaw === 'no-value') return null;
    return formatMw(shape.mw(kind, startMs) * (provisional ? provisionalShare(revisionKey, startMs) : 1));
  };
}

/** One hour in three is first published up to one per cent too low or too high. */
function provisionalShare(key: number, startMs: number): number {
  const chance = uniform(key, Math.floor(startMs / HOUR_MS));
  return chance < 1 / 3 ? 0.99 + 0.06 * chance : 1;
}

/** The lowest or highest load within a calendar step, with a margin for uncertainty; or the margin of a year. */
function boundMw(
  businessType: LoadItem['businessTypes'][number],
  shape: LoadShape,
  area: LoadArea,
  key: number,
  startMs: number,
  endMs: number,
): number {
  const chance = uniform(key, Math.floor(startMs / HOUR_MS));
  if (businessType === 'A91') return area.meanMw * (0.05 + 0.1 * chance);
  const hours = Array.from(
    { length: Math.floor((endMs - startMs) / HOUR_MS) },
    (_, i) => startMs + i * HOUR_MS,
  );
  const expected = hours.map((hourMs) => shape.expectedMw(hourMs));
  return businessType === 'A60'
    ? Math.min(...expected) * (1 - 0.08 * chance)
    : Math.max(...expected) * (1 + 0.08 * chance);
}
