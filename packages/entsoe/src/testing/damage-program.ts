import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { checkDamaged, damagedAnswerArbitrary } from './damaged-answer.ts';
import { abridge, realDocuments } from './real-documents.ts';
import type { SampleDocument } from './sample-document.ts';

/**
 * Worker that damages real answers as often as it is told, and checks each. It tells how often each outcome came;
 * it fails with the first answer that should have had another.
 */
const { runs } = workerData as { runs: number };
const documents = realDocuments();
const arbitraryOf = (some: readonly SampleDocument[]) =>
  damagedAnswerArbitrary(
    some,
    some.filter(({ name }) => name.startsWith('load/')),
  );
const outcomes = new Map<string, number>();
fc.assert(
  fc.property(
    fc.oneof(
      { weight: 100, arbitrary: arbitraryOf(documents.map(abridge)) },
      { weight: 1, arbitrary: arbitraryOf(documents) },
    ),
    (answer) => {
      const outcome = checkDamaged(answer);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
  ),
  { numRuns: runs },
);
parentPort?.postMessage(outcomes);
