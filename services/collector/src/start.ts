import {
  createCollectionWindowRepository,
  createRawPayloadRepository,
  createRequestSlotRepository,
  createSourceCircuitRepository,
  createSourceStateRepository,
  isDatabaseAway,
  isDatabaseFull,
  type Sql,
} from '@energy-data-service/db';
import type { CircuitLimits, Source } from '@energy-data-service/domain';
import {
  CollectJob,
  collectQueueName,
  createJobMetrics,
  createRawPayloadQueue,
  type JobMetrics,
  type QueueBackend,
  startWorker,
} from '@energy-data-service/queue';
import { type CloseStep, createMonitoring, type Logger, type Monitoring } from '@energy-data-service/runtime';
import { collect } from './collect.ts';
import { requestBudget, requestSlots } from './request-budget.ts';
import { createSourceMetrics } from './source-metrics.ts';

interface Dependencies {
  readonly sql: Sql;
  readonly queueBackend: QueueBackend;
  /** Each source with its settings. */
  readonly sources: readonly { readonly source: Source; readonly settings: unknown }[];
  readonly concurrency: number;
  /** When a source counts as cut off. */
  readonly circuitLimits?: CircuitLimits;
  /** Gets the metrics and checks of the collector. */
  readonly monitoring?: Monitoring;
  /** Of the whole process, where it runs other workers too. */
  readonly jobMetrics?: JobMetrics;
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
  circuitLimits,
  monitoring = createMonitoring(),
  jobMetrics = createJobMetrics(monitoring.registry),
  log,
}: Dependencies): readonly CloseStep[] {
  const rawPayloadQueue = createRawPayloadQueue(queueBackend);
  const metrics = createSourceMetrics(monitoring.registry);
  const workers = sources.flatMap(({ source, settings }): CloseStep[] => {
    const requestsPerMinute = source.requestsPerMinute(settings);
    const { id, datasets } = source;
    const client = metrics.measure({ id, datasets, requestsPerMinute }, source.connect(settings));
    const handler = collect({
      client,
      windows: createCollectionWindowRepository(sql),
      rawPayloads: createRawPayloadRepository(sql),
      sourceState: createSourceStateRepository(sql),
      sourceCircuit: createSourceCircuitRepository(sql, circuitLimits),
      requestSlots: createRequestSlotRepository(sql),
      ...requestSlots(requestsPerMinute),
      rawPayloadQueue,
    });
    const worker = startWorker(queueBackend, collectQueueName(id), CollectJob, handler, {
      log,
      concurrency,
      limiter: requestBudget(requestsPerMinute),
      metrics: jobMetrics,
      isDatabaseAway,
      isDatabaseFull,
    });
    monitoring.liveness.set(`collect worker of ${id}`, worker.checkWork);
    monitoring.readiness.set(`collect queue of ${id}`, worker.checkQueue);
    monitoring.readiness.set(`room for answers of ${id}`, worker.checkRoom);
    return [
      [`collect worker of ${id}`, () => worker.close()],
      [`client of ${id}`, () => client.close()],
    ];
  });
  return [...workers, ['raw payload queue', () => rawPayloadQueue.close()]];
}
