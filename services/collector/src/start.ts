import {
  createCollectionWindowRepository,
  createRawPayloadRepository,
  createSourceStateRepository,
  type Sql,
} from '@energy-data-service/db';
import type { Source } from '@energy-data-service/domain';
import {
  CollectJob,
  collectQueueName,
  createRawPayloadQueue,
  type QueueBackend,
  startWorker,
} from '@energy-data-service/queue';
import type { CloseStep, Logger } from '@energy-data-service/runtime';
import { collect } from './collect.ts';
import { requestBudget } from './request-budget.ts';

interface Dependencies {
  readonly sql: Sql;
  readonly queueBackend: QueueBackend;
  /** Each source with its settings. */
  readonly sources: readonly { readonly source: Source; readonly settings: unknown }[];
  readonly concurrency: number;
  readonly log: Logger;
}

/**
 * Starts collecting, with one worker a source.
 *
 * @returns what ends it, in order
 */
export function startCollector({
  sql,
  queueBackend,
  sources,
  concurrency,
  log,
}: Dependencies): readonly CloseStep[] {
  const rawPayloadQueue = createRawPayloadQueue(queueBackend);
  const workers = sources.flatMap(({ source, settings }): CloseStep[] => {
    const client = source.connect(settings);
    const handler = collect({
      client,
      windows: createCollectionWindowRepository(sql),
      rawPayloads: createRawPayloadRepository(sql),
      sourceState: createSourceStateRepository(sql),
      rawPayloadQueue,
    });
    const worker = startWorker(queueBackend, collectQueueName(source.id), CollectJob, handler, {
      log,
      concurrency,
      limiter: requestBudget(source.requestsPerMinute(settings)),
    });
    return [
      [`collect worker of ${source.id}`, () => worker.close()],
      [`client of ${source.id}`, () => client.close()],
    ];
  });
  return [...workers, ['raw payload queue', () => rawPayloadQueue.close()]];
}
