import { setTimeout as delay } from 'node:timers/promises';
import { connect, createRawPayloadRepository, type Sql } from '@energy-data-service/db';
import type { Answer, CollectRequest } from '@energy-data-service/domain';
import { startProcessor } from '@energy-data-service/processor';
import { createQueueBackend, createRawPayloadQueue, type StoredAnswer } from '@energy-data-service/queue';
import { createLogger, runCloseSteps } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { loadRequest, type SeriesLoad, toAnswer, toDocument } from './series-load.ts';

/** What a processor has unless it is told otherwise. */
const CONCURRENCY = 2;
const LOOK_EVERY_MS = 10;

const log = createLogger('benchmark', 'warn', process.stderr);

/** An answer without values, for a processor to begin with. */
const NOTHING = toAnswer(
  Buffer.from(
    '<Acknowledgement_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">' +
      '<Reason><code>999</code><text>No matching data found</text></Reason></Acknowledgement_MarketDocument>',
  ),
);

/** Answers that wait for a processor, which has done nothing yet but to begin. */
export interface WaitingAnswers {
  /** Puts all of them into the queue, and waits until every one is committed. */
  process(): Promise<void>;
  /** Ends the processor. */
  end(): Promise<void>;
}

/** Starts a processor on PostgreSQL's queue, and stores the raw answers of series-years for it. */
export async function startWaitingAnswers(
  sql: Sql,
  databaseUrl: string,
  years: readonly SeriesLoad[],
): Promise<WaitingAnswers> {
  const payloads = createRawPayloadRepository(sql);
  const queueBackend = createQueueBackend(databaseUrl, log);
  const queue = createRawPayloadQueue(queueBackend);
  const processorSql = connect(databaseUrl, { max: CONCURRENCY + 1 });
  const steps = startProcessor({
    sql: processorSql,
    queueBackend,
    sources: SOURCES,
    concurrency: CONCURRENCY,
    log,
  });

  async function store(request: CollectRequest, answer: Answer): Promise<StoredAnswer> {
    return { rawPayloadId: await payloads.store(request, answer), request, priority: 'backfill' };
  }

  async function processAll(answers: readonly StoredAnswer[]): Promise<void> {
    await queue.add(answers);
    while ((await payloads.countUnprocessed()) > 0) await delay(LOOK_EVERY_MS);
  }

  // Two at once, for both of its connections.
  const beginnings = [loadRequest('10YCZ-CEPS-----N', 4), loadRequest('10YAT-APG------L', 4)];
  await processAll(await Promise.all(beginnings.map((request) => store(request, NOTHING))));
  const answers: StoredAnswer[] = [];
  for (const year of years) answers.push(await store(year.request, toAnswer(toDocument(year))));
  await sql`checkpoint`;

  return {
    process: () => processAll(answers),
    async end() {
      await queue.close();
      if (!(await runCloseSteps([...steps, ['connections', () => processorSql.end()]], log))) {
        throw new Error('the processor did not end in order');
      }
    },
  };
}
