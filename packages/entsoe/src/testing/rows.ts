import { blockEndMs, type Observation, stepStartMs } from '@energy-data-service/domain';

/** One step of one series. */
export interface Row {
  /** Place, identity and properties of the stretch that the step belongs to, as JSON. */
  readonly description: string;
  /** Milliseconds since the epoch; end exclusive. */
  readonly startMs: number;
  readonly endMs: number;
  readonly value: string | null;
}

/** All that is said of a stretch but its values, as one text; the order of names does not matter. */
export function describeStretch({ key, place, ...properties }: Omit<Observation, 'block'>): string {
  const entries = Object.entries({ ...properties, ...key, ...place });
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The steps of observations, in their order. */
export function* rowsOf(observations: readonly Observation[]): Generator<Row> {
  for (const observation of observations) {
    const { block, ...stretch } = observation;
    const description = describeStretch(stretch);
    for (const [step, value] of block.values.entries()) {
      const isLast = step === block.values.length - 1;
      yield {
        description,
        startMs: stepStartMs(block, step),
        endMs: isLast ? blockEndMs(block) : stepStartMs(block, step + 1),
        value,
      };
    }
  }
}

/**
 * Compares two sequences of rows without holding either.
 *
 * @returns where they differ first, for a person; null if they are equal
 */
export function firstDifference(found: Iterable<Row>, expected: Iterable<Row>): string | null {
  const others = expected[Symbol.iterator]();
  let index = 0;
  for (const row of found) {
    const { value: other } = others.next();
    if (other === undefined || !isSameRow(row, other)) return explain(index, row, other);
    index++;
  }
  const { value: missing } = others.next();
  return missing === undefined ? null : explain(index, undefined, missing);
}

function isSameRow(a: Row, b: Row): boolean {
  return (
    a.startMs === b.startMs && a.endMs === b.endMs && a.value === b.value && a.description === b.description
  );
}

function explain(index: number, found: Row | undefined, expected: Row | undefined): string {
  return `row ${index}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`;
}
