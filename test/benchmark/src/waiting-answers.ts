import { setTimeout as delay } from 'node:timers/promises';
import { connect, createRawPayloadRepository, type Sql } from '@energy-data-service/db';
import { startProcessor } from '@energy-data-service/processor';
import { createQueueBackend, createRawPayloadQueue } from '@energy-data-service/queue';
import { createLogger, runCloseSteps } from '@energy-data-service/runtime';
import { SOURCES } from '@energy-data-service/sources';
import { type SeriesLoad, toAnswer, toDocument } from './series-load.ts';

/** What a processor has unless it is told otherwise. */
const CONCURRENCY = 2;
const LOOK_EVERY_MS = 5;

const log = createLogger('benchmark', 'warn', process.stderr);

/** Stores the raw answers of series-years and puts them into the queue, both in the same database. */
export async function enqueueAnswers(
  sql: Sql,
  databaseUrl: string,
  years: readonly SeriesLoad[],
): Promise<void> {
  const payloads = createRawPayloadRepository(sql);
  const ids: number[] = [];
  for (const year of years) ids.push(await payloads.store(year.request, toAnswer(toDocument(year))));
  const queue = createRawPayloadQueue(createQueueBackend(databaseUrl, log));
  await queue.add(ids);
  await queue.close();
}

/** Starts a processor and waits until it has committed every answer; ending it is for the caller. */
export async function processAnswers(sql: Sql, databaseUrl: string): Promise<{ end(): Promise<void> }> {
  const payloads = createRawPayloadRepository(sql);
  const processorSql = connect(databaseUrl, { max: CONCURRENCY + 1 });
  const steps = startProcessor({
    sql: processorSql,
    queueBackend: createQueueBackend(databaseUrl, log),
    sources: SOURCES,
    concurrency: CONCURRENCY,
    log,
  });
  while ((await payloads.countUnprocessed()) > 0) await delay(LOOK_EVERY_MS);
  return {
    async end() {
      if (!(await runCloseSteps([...steps, ['connections', () => processorSql.end()]], log))) {
        throw new Error('the processor did not end in order');
      }
    },
  };
}
