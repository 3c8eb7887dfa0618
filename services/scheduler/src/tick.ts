import type {
  CollectionWindowRepository,
  CoverageRepository,
  RawPayloadRepository,
  SourceStateRepository,
} from '@energy-data-service/db';
import { type Area, type Dataset, PRIORITIES, type Priority } from '@energy-data-service/domain';
import type { CollectQueue, RawPayloadQueue } from '@energy-data-service/queue';
import type { Logger } from '@energy-data-service/runtime';
import { findDueWindows } from './due-windows.ts';

/** A job that is open for so long is added once more; if it is still in the queue, that changes nothing. */
const ENQUEUE_AGAIN_AFTER_MS = 15 * 60_000;

/** Jobs added in one go. */
const BATCH = 5_000;

/** What goes into the queue as soon as it is open. */
const URGENT: readonly Priority[] = ['live', 'heal'];

/**
 * History waits in PostgreSQL: it goes into the queue as long as fewer jobs than these are ready, some minutes of the
 * budget, and none while so many answers wait for the processors. Whatever the size of a backfill and however far the
 * processors are behind, queue and answers stay bounded.
 */
const READY_JOBS = 1_000;
const UNPROCESSED_ANSWERS = 1_000;

/** Jobs of history of one dataset and area: one that always fails does not fill the queue. */
const BACKFILL_JOBS_PER_ITEM = 250;

export interface TickDependencies {
  readonly datasets: readonly Dataset[];
  readonly areas: readonly Area[];
  readonly windows: CollectionWindowRepository;
  readonly coverage: Pick<CoverageRepository, 'want' | 'findGaps'>;
  readonly rawPayloads: Pick<RawPayloadRepository, 'countUnprocessed' | 'findUnprocessed'>;
  readonly sourceState: Pick<SourceStateRepository, 'findLongestWindows'>;
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
    const longestWindow = await sourceState.findLongestWindows();
    const due = await findDueWindows(datasets, areas, now, longestWindow, coverage);
    const opened = await windows.schedule(due);
    if (opened > 0) log.info({ opened }, 'windows opened');
  }

  /** A job that nobody waits for would use up budget: it takes a turn to find that out. */
  async function removeJobsInVain(source: string, queue: CollectQueue): Promise<void> {
    const requests = await windows.findEnqueuedInVain(source, BATCH);
    if (requests.length === 0) return;
    await queue.remove(requests);
    await windows.markRemoved(requests);
    log.info({ source, jobs: requests.length }, 'jobs of paused and cancelled collections removed');
  }

  async function enqueueWindows(source: string, queue: CollectQueue): Promise<void> {
    await removeJobsInVain(source, queue);
    if ((await queue.countOpen()) < (await windows.countEnqueued(source, PRIORITIES))) {
      log.warn({ source }, 'the queue lost jobs, adding all that are open');
      await windows.forgetEnqueued(source);
    }
    while ((await enqueueSome(source, queue, URGENT, BATCH)) > 0);
    if ((await rawPayloads.countUnprocessed()) >= UNPROCESSED_ANSWERS) return;
    const room = READY_JOBS - (await queue.countReady());
    if (room > 0) await enqueueSome(source, queue, ['backfill'], room, BACKFILL_JOBS_PER_ITEM);
  }

  /** @returns how many were added */
  async function enqueueSome(
    source: string,
    queue: CollectQueue,
    priorities: readonly Priority[],
    limit: number,
    perItem?: number,
  ): Promise<number> {
    const pending = await windows.findPending(source, priorities, ENQUEUE_AGAIN_AFTER_MS, limit, perItem);
    if (pending.length === 0) return 0;
    await queue.add(pending);
    await windows.markEnqueued(pending.map(({ request }) => request));
    log.info({ source, jobs: pending.length }, 'windows enqueued');
    return pending.length;
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
