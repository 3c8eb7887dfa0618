import type { Value } from '@energy-data-service/domain';
import { z } from 'zod';
import type { LoadArea } from './load-areas.ts';
import { LOAD_ITEM_IDS, type LoadItem } from './load-items.ts';
import { formatMw } from './power-format.ts';
import { stepsOverlapping } from './step-grid.ts';

/**
 * A silent correction: from now on, answers of the generated source carry other values for steps that start in
 * [`from`, `to`). Nothing in an answer says so, as on the platform. Exactly one of the three changes is given.
 */
export const Correction = z
  .strictObject({
    /** Left out: every item. */
    item: z.enum(LOAD_ITEM_IDS).optional(),
    /** EIC; left out: every area. */
    area: z.string().optional(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    /** Added to every value; "no value" stays. */
    changeByMw: z.number().optional(),
    /** In the order of the steps from `from` on, in every series; null is "no value". Steps beyond the list stay. */
    values: z
      .array(
        z
          .string()
          .regex(/^-?\d+(\.\d+)?$/)
          .nullable(),
      )
      .optional(),
    /** The steps are not published any more. */
    withdraw: z.literal(true).optional(),
  })
  .refine(
    ({ changeByMw, values, withdraw }) =>
      [changeByMw, values, withdraw].filter((change) => change !== undefined).length === 1,
    'exactly one of changeByMw, values and withdraw must be given',
  );
export type Correction = z.infer<typeof Correction>;

/** In the order in which they were made; later ones act on what earlier ones left. */
export type Corrections = readonly Correction[];

/** What a step says once it is corrected; undefined is "not published". */
export type CorrectStep = (startMs: number, value: Value | undefined) => Value | undefined;

/** The corrections that concern one item of one area, as one function of a step. */
export function correctionsOf(corrections: Corrections, item: LoadItem, area: LoadArea): CorrectStep {
  const steps = corrections
    .filter(
      (correction) => (correction.item ?? item.id) === item.id && (correction.area ?? area.eic) === area.eic,
    )
    .map((correction) => correctStep(correction, item, area));
  return (startMs, value) => steps.reduce((corrected, correct) => correct(startMs, corrected), value);
}

function correctStep(correction: Correction, item: LoadItem, area: LoadArea): CorrectStep {
  const window = { from: Temporal.Instant.from(correction.from), to: Temporal.Instant.from(correction.to) };
  const fromMs = window.from.epochMilliseconds;
  const toMs = window.to.epochMilliseconds;
  const { changeByMw = 0, values, withdraw } = correction;
  const replacements = new Map(
    values &&
      stepsOverlapping(item, area, window)
        .boundsMs.filter((startMs) => startMs >= fromMs)
        .slice(0, values.length)
        .map((startMs, i) => [startMs, values[i]]),
  );
  return (startMs, value) => {
    if (startMs < fromMs || startMs >= toMs) return value;
    if (withdraw) return undefined;
    if (replacements.has(startMs)) return replacements.get(startMs);
    return value == null ? value : formatMw(Number(value) + changeByMw);
  };
}
