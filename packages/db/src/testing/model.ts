import {
  blockEndMs,
  blockStartMs,
  type CollectRequest,
  isSameValue,
  type Observation,
  type ParsedAnswer,
  seriesKeyText,
  stepStartMs,
  type Value,
} from '@energy-data-service/domain';

/**
 * The rules of point-in-time storage, in memory and as plainly as they can be said: all answers are known, and are
 * gone through in the order in which they were received. Nothing here is late, concurrent or incremental.
 */

/** An answer that has been processed. */
export interface ModelAnswer {
  readonly rawPayloadId: number;
  /** Microseconds since the epoch; no two answers to the same area have the same. */
  readonly receivedAtUs: number;
  readonly request: CollectRequest;
  readonly parsed: ParsedAnswer;
}

/** A value of one instant with the time in which it was known: `knownAtUs` ≤ t < `knownUntilUs`, microseconds. */
export interface ModelValue {
  readonly value: Value;
  readonly knownAtUs: number;
  /** Null for the present value. */
  readonly knownUntilUs: number | null;
  /** The answer that brought it. */
  readonly rawPayloadId: number;
}

/** The values of every instant of every series, ascending: series by `seriesKeyText`, instants in milliseconds. */
export type Histories = ReadonlyMap<string, ReadonlyMap<number, readonly ModelValue[]>>;

/** What the ledger says of an area; whole quarters of an hour, each by its start in milliseconds since the epoch. */
export interface ModelCoverage {
  readonly answered: ReadonlySet<number>;
  readonly collected: ReadonlySet<number>;
  readonly notPublished: ReadonlySet<number>;
  readonly lastAskedAtUs: number;
  readonly lastOutcome: ParsedAnswer['outcome'];
}

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
/** Older than so many days, an answer is the last word also on time that it has no value for. */
const SETTLED_AFTER_DAYS = 30;

/** Every value that was ever known: a value is known from when an answer first said it until one said another. */
export function historiesOf(answers: readonly ModelAnswer[]): Histories {
  const histories = new Map<string, Map<number, ModelValue[]>>();
  for (const { rawPayloadId, receivedAtUs, parsed } of inOrder(answers)) {
    for (const [series, words] of wordsOf(parsed.observations)) {
      const history = getOrAdd(histories, series, () => new Map<number, ModelValue[]>());
      for (const [startsAtMs, value] of words) {
        const known = getOrAdd(history, startsAtMs, () => []);
        const present = known.at(-1);
        if (present !== undefined && isSameValue(present.value, value)) continue;
        if (present !== undefined) known[known.length - 1] = { ...present, knownUntilUs: receivedAtUs };
        known.push({ value, knownAtUs: receivedAtUs, knownUntilUs: null, rawPayloadId });
      }
    }
  }
  return histories;
}

/** What was known at an instant (inclusive of what became known at it); undefined if nothing was. */
export function knownAt(history: readonly ModelValue[], asOfUs: number): ModelValue | undefined {
  return history.find(
    ({ knownAtUs, knownUntilUs }) => knownAtUs <= asOfUs && (knownUntilUs === null || asOfUs < knownUntilUs),
  );
}

/** The ledger by area. What is collected stays so, and a time with data is not one without. */
export function coverageOf(answers: readonly ModelAnswer[]): Map<string, ModelCoverage> {
  return new Map(
    [...Map.groupBy(inOrder(answers), ({ request }) => request.area)].map(([area, ofArea]) => {
      const settled = (outcome: ParsedAnswer['outcome']) =>
        new Set(ofArea.flatMap((answer) => (answer.parsed.outcome === outcome ? settledBy(answer) : [])));
      const last = ofArea.at(-1);
      if (last === undefined) throw new Error('a group has no members');
      const collected = settled('data');
      return [
        area,
        {
          answered: new Set(ofArea.flatMap(({ request }) => quartersOf(request))),
          collected,
          notPublished: settled('no-data').difference(collected),
          lastAskedAtUs: last.receivedAtUs,
          lastOutcome: last.parsed.outcome,
        },
      ];
    }),
  );
}

/** What one answer says of each instant. Where it speaks twice of a stretch, the last word is all that counts. */
function wordsOf(observations: readonly Observation[]): Map<string, Map<number, Value>> {
  const words = new Map<string, Map<number, Value>>();
  for (const { key, block } of observations) {
    const ofSeries = getOrAdd(words, seriesKeyText(key), () => new Map<number, Value>());
    if (block.values.length === 0) continue;
    for (const startsAtMs of ofSeries.keys()) {
      if (startsAtMs >= blockStartMs(block) && startsAtMs < blockEndMs(block)) ofSeries.delete(startsAtMs);
    }
    block.values.forEach((value, i) => {
      ofSeries.set(stepStartMs(block, i), value);
    });
  }
  return words;
}

function inOrder(answers: readonly ModelAnswer[]): ModelAnswer[] {
  return answers.toSorted((a, b) => a.receivedAtUs - b.receivedAtUs);
}

function quartersOf({ window: { from, to } }: CollectRequest): number[] {
  const quarters = (to.epochMilliseconds - from.epochMilliseconds) / QUARTER_MS;
  return Array.from({ length: quarters }, (_, i) => from.epochMilliseconds + i * QUARTER_MS);
}

/** What need not be asked for again: what is old, and what there are steps for, of each kind of series. */
function settledBy({ request, receivedAtUs, parsed }: ModelAnswer): number[] {
  const receivedDay = Math.floor(receivedAtUs / 1_000 / DAY_MS);
  const oldBeforeMs = (receivedDay - SETTLED_AFTER_DAYS) * DAY_MS;
  const told = parsed.observations.filter(({ block }) => block.values.length > 0);
  const kinds = [...Map.groupBy(told, ({ key }) => seriesKeyText({ ...key, resolution: '' })).values()];
  return quartersOf(request).filter(
    (ms) =>
      ms < oldBeforeMs ||
      (kinds.length > 0 &&
        kinds.every((ofKind) =>
          ofKind.some(({ block }) => blockStartMs(block) <= ms && ms < blockEndMs(block)),
        )),
  );
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const present = map.get(key) ?? create();
  map.set(key, present);
  return present;
}
