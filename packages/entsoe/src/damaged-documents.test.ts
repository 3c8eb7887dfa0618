import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { propertyRuns } from '@energy-data-service/test-support/property-runs';
import { describe, expect, it } from 'vitest';
import { realDocuments } from './testing/real-documents.ts';

const present = realDocuments().length > 0;
const MAX_HEAP_MB = 320;

describe.skipIf(!present)(
  `real documents, damaged${present ? '' : ' (../shared/data/entsoe is not there, so skipped)'}`,
  () => {
    it('are refused with document and place, or read as the rules say, in bounded memory', {
      timeout: 3_600_000,
    }, async ({ signal }) => {
      const runs = propertyRuns(3_000);
      // By itself, so that one that hangs or takes all memory takes no other test with it.
      const worker = new Worker(new URL('testing/damage-program.ts', import.meta.url), {
        workerData: { runs },
        resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
        execArgv: [],
      });
      try {
        const [outcomes]: Map<string, number>[] = await once(worker, 'message', { signal });
        expect(outcomes?.get('read')).toBeGreaterThan(runs / 10);
        // Every part of the decoder had something to refuse.
        expect(outcomes?.size).toBeGreaterThan(20);
      } finally {
        await worker.terminate();
      }
    });
  },
);
