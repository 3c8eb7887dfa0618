/** What a case found, in the form of the JSON file. */
export interface Result {
  readonly name: string;
  /** Ours, in `unit`. */
  readonly value: number;
  readonly unit: string;
  /** What ours is compared with, in the same unit. */
  readonly reference: number;
  /** `value` ÷ `reference` */
  readonly ratio: number;
  /** What the ratio should be, such as `>= 8`. */
  readonly wanted: string;
  /** Whether it is. */
  readonly holds: boolean;
}

/** A bound of a ratio, inclusive. */
export interface Target {
  readonly wanted: string;
  isMetBy(ratio: number): boolean;
}

export function atLeast(bound: number): Target {
  return { wanted: `>= ${bound}`, isMetBy: (ratio) => ratio >= bound };
}

export function atMost(bound: number): Target {
  return { wanted: `<= ${bound}`, isMetBy: (ratio) => ratio <= bound };
}

interface Measurement {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly reference: number;
  readonly target: Target;
}

/** Holds a measurement against its target. */
export function toResult({ name, unit, value, reference, target }: Measurement): Result {
  const ratio = value / reference;
  return { name, value, unit, reference, ratio, wanted: target.wanted, holds: target.isMetBy(ratio) };
}
