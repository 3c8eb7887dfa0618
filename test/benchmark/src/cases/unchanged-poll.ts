import { createRawPayloadRepository, createStoredAnswerRepository } from '@energy-data-service/db';
import { processRawPayload } from '@energy-data-service/processor';
import { createLogger } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import type { BenchmarkCase } from '../benchmark-case.ts';
import { compare } from '../comparison.ts';
import { atMost, toResult } from '../result.ts';
import { seriesYears, toAnswer, toDocument } from '../series-load.ts';
import { emptyTables } from '../stored-loads.ts';

const ROUNDS = 15;

/**
 * The processor's work on the document of a series-year that it has just seen, ÷ its work when it saw it for the
 * first time.
 */
export const unchangedPoll: BenchmarkCase = {
  name: 'unchanged-poll',
  async run({ databases }) {
    const years = seriesYears(1).map((year) => ({
      request: year.request,
      answer: toAnswer(toDocument(year)),
    }));
    await using database = await databases.createDatabase();
    const sql = database.connect(2);
    const rawPayloads = createRawPayloadRepository(sql);
    const handler = processRawPayload({
      sources: SOURCES,
      rawPayloads,
      storedAnswers: createStoredAnswerRepository(sql),
    });
    const context = {
      log: createLogger('benchmark', 'warn', process.stderr),
      signal: AbortSignal.any([]),
      attempt: 1,
      isRetriedByHand: false,
    };
    let rawPayloadId = 0;
    async function receive() {
      for (const { request, answer } of years) rawPayloadId = await rawPayloads.store(request, answer);
    }
    const work = async () => handler.handle({ rawPayloadId }, context, await handler.begin({ rawPayloadId }));
    const { oursMs, referenceMs } = await compare({
      reference: {
        work,
        async prepare() {
          await emptyTables(sql);
          await receive();
        },
      },
      ours: { work, prepare: receive },
      rounds: ROUNDS,
    });
    return [
      toResult({
        name: 'unchanged-poll',
        unit: 'ms',
        value: oursMs,
        reference: referenceMs,
        target: atMost(0.05),
      }),
    ];
  },
};
