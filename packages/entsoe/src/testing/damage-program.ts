import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { checkDamaged, damagedAnswerArbitrary } from './damaged-answer.ts';
import { abridge, realDocuments } from './real-documents.ts';
import type { SampleDocument } from './sample-document.ts';

/** What came of all damaged answers. */
export interface DamageReport {
  /** How often each outcome came: `read`, or the message of a refusal. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The answer that took the most time of the processor, and how much of it. */
  readonly slowest: { readonly name: string; readonly cpuMs: number };
}

/**
 * Worker that damages real answers as often as it is told, and checks each. It sends a report; it fails with the
 * first answer that should have had another outcome.
 */
const { runs } = workerData as { runs: number };
const documents = realDocuments();
const arbitraryOf = (some: readonly SampleDocument[]) =>
  damagedAnswerArbitrary(
    some,
    some.filter(({ name }) => name.startsWith('load/')),
  );
const outcomes = new Map<string, number>();
let slowest = { name: '', cpuMs: 0 };
fc.assert(
  fc.property(
    fc.oneof(
      { weight: 100, arbitrary: arbitraryOf(documents.map(abridge)) },
      { weight: 1, arbitrary: arbitraryOf(documents) },
    ),
    (answer) => {
      const before = process.threadCpuUsage();
      const outcome = checkDamaged(answer);
      const { user, system } = process.threadCpuUsage(before);
      const cpuMs = (user + system) / 1_000;
      if (cpuMs > slowest.cpuMs) slowest = { name: answer.name, cpuMs };
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
  ),
  { numRuns: runs },
);
parentPort?.postMessage({ outcomes, slowest } satisfies DamageReport);
