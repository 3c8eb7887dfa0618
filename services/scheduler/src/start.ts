import {
  createCollectionWindowRepository,
  createCoverageRepository,
  createRawPayloadRepository,
  createSourceStateRepository,
  listenForOpenedWindows,
  runSingly,
  type Sql,
} from '@energy-data-service/db';
import type { Area, Dataset, Source } from '@energy-data-service/domain';
import { createCollectQueue, createRawPayloadQueue, type QueueBackend } from '@energy-data-service/queue';
import type { CloseStep, Logger } from '@energy-data-service/runtime';
import { createTick } from './tick.ts';
import { startTicking, TICK_EVERY_MS } from './ticking.ts';

interface Dependencies {
  readonly sql: Sql;
  readonly queueBackend: QueueBackend;
  readonly sources: readonly Source[];
  /** What is kept current. */
  readonly datasets: readonly Dataset[];
  readonly areas: readonly Area[];
  /** Between two rounds when nobody wakes it. */
  readonly everyMs?: number;
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
  datasets,
  areas,
  everyMs = TICK_EVERY_MS,
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
  return [
    ['window notifications', stopListening],
    ['scheduler', ticking.stop],
    ...[...collectQueues].map(
      ([source, queue]): CloseStep => [`collect queue of ${source}`, () => queue.close()],
    ),
    ['raw payload queue', () => rawPayloadQueue.close()],
  ];
}
