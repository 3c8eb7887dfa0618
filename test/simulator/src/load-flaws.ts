import { hashText, uniform } from './hash.ts';
import type { LoadArea } from './load-areas.ts';
import type { LoadItem } from './load-items.ts';

const HOUR_MS = 3_600_000;

/** Share of days that lack some hours, and of days with some hours published as "no value". */
const GAP_SHARE = 0.02;
const NO_VALUE_SHARE = 0.02;

/** What is wrong with a step: it is missing altogether, or published without a value. */
export type Flaw = 'gap' | 'no-value';

/**
 * The flaws of an area's data: on about one day in twenty-five, one to three hours are missing or lack their value.
 * Whether a step has a flaw depends on nothing but the seed, the area, the item and the step's start.
 */
export function createLoadFlaws(
  seed: number,
  area: LoadArea,
  item: LoadItem,
): (startMs: number) => Flaw | undefined {
  const name = `${seed}/${area.eic}/${item.id}/flaws`;
  const key = hashText(name);
  const lengthKey = hashText(`${name}/length`);
  const beginKey = hashText(`${name}/begin`);
  return (startMs) => {
    const hours = Math.floor(startMs / HOUR_MS);
    const day = Math.floor(hours / 24);
    const chance = uniform(key, day);
    if (chance >= GAP_SHARE + NO_VALUE_SHARE) return undefined;
    const lengthHours = 1 + Math.floor(uniform(lengthKey, day) * 3);
    const beginHour = Math.floor(uniform(beginKey, day) * (24 - lengthHours));
    const hour = hours - day * 24;
    if (hour < beginHour || hour >= beginHour + lengthHours) return undefined;
    return chance < GAP_SHARE ? 'gap' : 'no-value';
  };
}
