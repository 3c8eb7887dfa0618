import type {
  CollectionWindowRepository,
  CoverageRepository,
  RawPayloadRepository,
  SourceStateRepository,
} from '@energy-data-service/db';
import type { Area, Dataset } from '@energy-data-service/domain';
import type { CollectQueue, RawPayloadQueue } from '@energy-data-service/queue';
import type { Logger } from '@energy-data-service/runtime';
import { findDueWindows } from './due-windows.ts';

/** A job that is open for so long is added once more; if it is still in the queue, that changes nothing. */
const ENQUEUE_AGAIN_AFTER_MS = 15 * 60_000;

/** Jobs added in one go. */
const BATCH = 5_000;

export interface TickDependencies {
  readonly datasets: readonly Dataset[];
  readonly areas: readonly Area[];
  readonly windows: CollectionWindowRepository;
  readonly coverage: Pick<CoverageRepository, 'want' | 'findGaps'>;
  readonly rawPayloads: Pick<RawPayloadRepository, 'countUnprocessed' | 'findUnprocessed'>;
  readonly sourceState: Pick<SourceStateRepository, 'findWindowLimits'>;
  /** By source id. */
  readonly collectQueues: ReadonlyMap<string, CollectQueue>;
  readonly rawPayloadQueue: RawPayloadQueue;
  readonly log: Logger;
}

/**
 * One round of scheduling: opens the windows that are due and those that were missed, and sees to it that
 * everything that PostgreSQL holds open has a job. Doing it twice, or beside another scheduler, changes nothing.
 */
export function createTick({
  datasets,
  areas,
  windows,
  coverage,
  rawPayloads,
  sourceState,
  collectQueues,
  rawPayloadQueue,
  log,
}: TickDependencies): (now: Temporal.Instant) => Promise<void> {
  async function openDueWindows(now: Temporal.Instant): Promise<void> {
    const limits = await sourceState.findWindowLimits();
    const due = await findDueWindows(
      datasets,
      areas,
      now,
      ({ id, maxWindowDays }) => Math.min(maxWindowDays, limits.get(id) ?? maxWindowDays),
      coverage,
    );
    const opened = await windows.schedule(due);
    if (opened > 0) log.info({ opened }, 'windows opened');
  }

  async function enqueueWindows(source: string, queue: CollectQueue): Promise<void> {
    if ((await queue.countOpen()) < (await windows.countEnqueued(source))) {
      log.warn({ source }, 'the queue lost jobs, adding all that are open');
      await windows.forgetEnqueued(source);
    }
    for (;;) {
      const pending = await windows.findPending(source, ENQUEUE_AGAIN_AFTER_MS, BATCH);
      if (pending.length === 0) return;
      await queue.add(pending);
      await windows.markEnqueued(pending.map(({ request }) => request));
      log.info({ source, jobs: pending.length }, 'windows enqueued');
    }
  }

  async function enqueueRawPayloads(): Promise<void> {
    // A collector adds the job right after it has stored the answer; this finds what was lost in between.
    if ((await rawPayloads.countUnprocessed()) <= (await rawPayloadQueue.countOpen())) return;
    await rawPayloadQueue.add(await rawPayloads.findUnprocessed(BATCH));
  }

  return async (now) => {
    const parts = [
      () => openDueWindows(now),
      ...[...collectQueues].map(
        ([source, queue]) =>
          () =>
            enqueueWindows(source, queue),
      ),
      enqueueRawPayloads,
    ];
    const failures: unknown[] = [];
    // What fails must not keep the rest from being done.
    for (const part of parts) await part().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, 'parts of the round failed');
  };
}
