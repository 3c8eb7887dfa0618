import {
  createRawPayloadRepository,
  createStoredAnswerRepository,
  isDatabaseAway,
  isDatabaseFull,
  type Sql,
} from '@energy-data-service/db';
import type { Source } from '@energy-data-service/domain';
import {
  createJobMetrics,
  type JobMetrics,
  type QueueBackend,
  RAW_PAYLOAD_QUEUE,
  RawPayloadJob,
  startWorker,
} from '@energy-data-service/queue';
import { type CloseStep, createMonitoring, type Logger, type Monitoring } from '@energy-data-service/runtime';
import { processRawPayload } from './process-raw-payload.ts';
import { createProcessingMetrics } from './processing-metrics.ts';

interface Dependencies {
  readonly sql: Sql;
  readonly queueBackend: QueueBackend;
  readonly sources: readonly Source[];
  readonly concurrency: number;
  /** Gets the metrics and checks of the processor. */
  readonly monitoring?: Monitoring;
  /** Of the whole process, where it runs other workers too. */
  readonly jobMetrics?: JobMetrics;
  readonly log: Logger;
}

/**
 * Starts processing stored answers.
 *
 * @returns what ends it, in order
 */
export function startProcessor({
  sql,
  queueBackend,
  sources,
  concurrency,
  monitoring = createMonitoring(),
  jobMetrics = createJobMetrics(monitoring.registry),
  log,
}: Dependencies): readonly CloseStep[] {
  const metrics = createProcessingMetrics(monitoring.registry);
  for (const { id } of sources.flatMap(({ datasets }) => datasets)) metrics.addDataset(id);
  const handler = processRawPayload({
    sources: sources.map(metrics.measureParsing),
    rawPayloads: createRawPayloadRepository(sql),
    storedAnswers: metrics.measureWriting(createStoredAnswerRepository(sql)),
  });
  const worker = startWorker(queueBackend, RAW_PAYLOAD_QUEUE, RawPayloadJob, handler, {
    log,
    concurrency,
    metrics: jobMetrics,
    isDatabaseAway,
    isDatabaseFull,
  });
  monitoring.liveness.set('raw payload worker', worker.checkWork);
  monitoring.readiness.set('raw payload queue', worker.checkQueue);
  monitoring.readiness.set('room for values', worker.checkRoom);
  return [['raw payload worker', () => worker.close()]];
}
