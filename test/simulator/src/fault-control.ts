import { z } from 'zod';
import { Correction, type Corrections } from './corrections.ts';
import { FaultRule } from './fault-rule.ts';
import { hashText, uniform } from './hash.ts';
import { findLoadItem, LOAD_ITEM_IDS, type LoadItemId } from './load-items.ts';
import type { RequestParameters } from './request-parameters.ts';

const MaxPeriod = z.string().refine(isDuration, 'must be an ISO 8601 duration such as P1M');

/** All that can be set while the simulator runs. What is left out is as on a good day. */
export const Faults = z.strictObject({
  rules: z.array(FaultRule).default([]),
  corrections: z.array(Correction).default([]),
  /** Longest window of a request by item, as an ISO 8601 duration; P1Y where none is given. */
  maxPeriods: z.partialRecord(z.enum(LOAD_ITEM_IDS), MaxPeriod).default({}),
});
export type Faults = z.infer<typeof Faults>;

/** Switches faults while the simulator runs. Every argument is checked; a wrong one throws a `ZodError`. */
export interface FaultControl {
  /** Adds a rule. Of several rules that match a request the one added first acts. */
  inject(rule: z.input<typeof FaultRule>): void;
  /** Changes published values silently. */
  correct(correction: z.input<typeof Correction>): void;
  /** Sets the longest window that a request for the item may name: `limitPeriod('actual-total-load', 'P1M')`. */
  limitPeriod(item: LoadItemId, maxPeriod: string): void;
  /** Puts these in place of all that is set. */
  replace(faults: z.input<typeof Faults>): void;
  /** Takes everything back, corrections and limits included. */
  clear(): void;
  /** What is set now; rules that count have the number of requests left. */
  current(): Faults;
}

/** The simulator's own side of the control. */
export interface FaultState extends FaultControl {
  /** The rule that acts on this request, counted as used; undefined if it is to be answered well. */
  take(parameters: RequestParameters): FaultRule | undefined;
  readonly corrections: Corrections;
  maxPeriod(item: LoadItemId): string;
}

export function createFaultState(seed: number): FaultState {
  const chanceKey = hashText(`${seed}/faults`);
  let draws = 0;
  let faults = Faults.parse({});

  return {
    inject(rule) {
      faults.rules.push(FaultRule.parse(rule));
    },
    correct(correction) {
      faults.corrections.push(Correction.parse(correction));
    },
    limitPeriod(item, maxPeriod) {
      faults.maxPeriods[item] = MaxPeriod.parse(maxPeriod);
    },
    replace(replacement) {
      faults = Faults.parse(replacement);
    },
    clear() {
      faults = Faults.parse({});
    },
    current: () => structuredClone(faults),

    take(parameters) {
      const rule = faults.rules.find(
        (candidate) =>
          matches(candidate, parameters) &&
          (candidate.probability === undefined || uniform(chanceKey, draws++) < candidate.probability),
      );
      if (rule?.times !== undefined) {
        rule.times -= 1;
        if (rule.times === 0) faults.rules = faults.rules.filter((other) => other !== rule);
      }
      return rule;
    },
    get corrections() {
      return faults.corrections;
    },
    maxPeriod: (item) => faults.maxPeriods[item] ?? 'P1Y',
  };
}

function matches(rule: FaultRule, parameters: RequestParameters): boolean {
  const item = findLoadItem(parameters.get('documenttype'), parameters.get('processtype'));
  return (
    (rule.item === undefined || rule.item === item?.id) &&
    (rule.area === undefined || namesArea(parameters, rule.area))
  );
}

function namesArea(parameters: RequestParameters, area: string): boolean {
  return parameters.entries().some(([name, value]) => name.endsWith('_domain') && value === area);
}

function isDuration(text: string): boolean {
  return /^P[1-9]\d*[YMWD]$/.test(text);
}
