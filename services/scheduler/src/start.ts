import {
  createCollectionWindowRepository,
  createCoverageRepository,
  createPipelineStateReader,
  createRawPayloadRepository,
  createSourceStateRepository,
  listenForOpenedWindows,
  runSingly,
  type Sql,
  sinceLastRound,
} from '@energy-data-service/db';
import type { Area, Dataset, Source } from '@energy-data-service/domain';
import {
  collectQueueName,
  createCollectQueue,
  createQueueMonitor,
  createRawPayloadQueue,
  type QueueBackend,
  RAW_PAYLOAD_QUEUE,
} from '@energy-data-service/queue';
import { type CloseStep, createMonitoring, type Logger, type Monitoring } from '@energy-data-service/runtime';
import { exportPipelineState } from './pipeline-metrics.ts';
import { checkRoundEnds, checkRoundsComplete } from './round-health.ts';
import { createTick } from './tick.ts';
import { startTicking, TICK_EVERY_MS } from './ticking.ts';

interface Dependencies {
  readonly sql: Sql;
  readonly queueBackend: QueueBackend;
  readonly sources: readonly Source[];
  /** Requests per minute that all collectors together may send, by source id. */
  readonly budgets: ReadonlyMap<string, number>;
  /** What is kept current. */
  readonly datasets: readonly Dataset[];
  readonly areas: readonly Area[];
  /** Between two rounds when nobody wakes it. */
  readonly everyMs?: number;
  /** Gets the metrics and checks of the scheduler. */
  readonly monitoring?: Monitoring;
  readonly log: Logger;
}

/**
 * Starts scheduling. Any number of processes may; one at a time runs a round.
 *
 * @returns what ends it, in order
 */
export async function startScheduler({
  sql,
  queueBackend,
  sources,
  budgets,
  datasets,
  areas,
  everyMs = TICK_EVERY_MS,
  monitoring = createMonitoring(),
  log,
}: Dependencies): Promise<readonly CloseStep[]> {
  const collectQueues = new Map(sources.map(({ id }) => [id, createCollectQueue(queueBackend, id)]));
  const rawPayloadQueue = createRawPayloadQueue(queueBackend);
  const tick = createTick({
    datasets,
    areas,
    windows: createCollectionWindowRepository(sql),
    coverage: createCoverageRepository(sql),
    rawPayloads: createRawPayloadRepository(sql),
    sourceState: createSourceStateRepository(sql),
    collectQueues,
    rawPayloadQueue,
    log,
  });
  const ticking = startTicking(
    async () => {
      await runSingly(sql, () => tick(Temporal.Now.instant()));
    },
    { everyMs, log },
  );
  const stopListening = await listenForOpenedWindows(sql, ticking.wake);
  const queueMonitors = [...sources.map(({ id }) => collectQueueName(id)), RAW_PAYLOAD_QUEUE].map((name) =>
    createQueueMonitor(queueBackend, name),
  );
  exportPipelineState(monitoring.registry, {
    readState: createPipelineStateReader(sql),
    queues: queueMonitors,
    sources,
    budgets,
    log,
  });
  monitoring.liveness.set('scheduler', async () => checkRoundEnds(ticking.underWayMs()));
  monitoring.readiness.set('queues', () => Promise.all(queueMonitors.map((monitor) => monitor.check())));
  monitoring.readiness.set('rounds', async () => checkRoundsComplete(await sinceLastRound(sql), everyMs));
  return [
    ['window notifications', stopListening],
    ['scheduler', ticking.stop],
    ...[...collectQueues].map(
      ([source, queue]): CloseStep => [`collect queue of ${source}`, () => queue.close()],
    ),
    ['raw payload queue', () => rawPayloadQueue.close()],
    ['queue monitors', () => Promise.all(queueMonitors.map((monitor) => monitor.close()))],
  ];
}
