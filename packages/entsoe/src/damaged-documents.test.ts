import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { propertyRuns } from '@energy-data-service/test-support/property-runs';
import { describe, expect, it } from 'vitest';
import type { DamageReport } from './testing/damage-program.ts';
import { realDocuments } from './testing/real-documents.ts';

const present = realDocuments().length > 0;
const RUNS = propertyRuns(3_000);
const MAX_HEAP_MB = 320;
/** The slowest takes about one second, twice: with the scanner and without. */
const MAX_CPU_MS = 10_000;
/** An answer takes a twentieth of it on average. */
const TIMEOUT_PER_RUN_MS = 100;

/** What each part of the decoder has to refuse; every one comes a dozen times or more in the usual number of runs. */
const REFUSALS = [
  'ZIP has no directory',
  'directory of the ZIP is damaged',
  'document is not valid UTF-8',
  'document is not well-formed XML',
  'document is of another item than asked for',
  'document is of another kind than asked for',
  'element holds elements instead of text',
  'element is missing',
  'element is repeated',
  'elements are nested too deep',
  'entry of the ZIP is damaged',
  'Period has too many steps',
  'position has two different values',
  'position is not a whole number from 1',
  'resolution is not a duration',
  'text is too long',
  'text stands beside elements',
  'time is not an instant',
  'unsupported curve type',
  'value is not a decimal number',
];

describe.skipIf(!present)(
  `real documents, damaged${present ? '' : ' (../shared/data/entsoe is not there, so skipped)'}`,
  () => {
    it('are refused with document and place, or read as the rules say, in bounded time and memory', {
      timeout: 60_000 + RUNS * TIMEOUT_PER_RUN_MS,
    }, async ({ signal }) => {
      // By itself, so that one that hangs or takes all memory takes no other test with it.
      const worker = new Worker(new URL('testing/damage-program.ts', import.meta.url), {
        workerData: { runs: RUNS },
        resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
        execArgv: [],
      });
      try {
        const [{ outcomes, slowest }] = (await once(worker, 'message', { signal })) as [DamageReport];
        expect(slowest.cpuMs, slowest.name).toBeLessThan(MAX_CPU_MS);
        expect(outcomes.get('read')).toBeGreaterThan(RUNS / 10);
        expect([...outcomes.keys()]).toEqual(expect.arrayContaining(REFUSALS));
      } finally {
        await worker.terminate();
      }
    });
  },
);
