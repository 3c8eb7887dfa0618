import type {
  CollectionWindowRepository,
  RawPayloadRepository,
  SourceStateRepository,
} from '@energy-data-service/db';
import {
  type CollectRequest,
  describeError,
  halveWindow,
  PermanentError,
  type SourceClient,
  splitWindow,
  ThrottledError,
  type TimeWindow,
  type TooLarge,
} from '@energy-data-service/domain';
import {
  type CollectJob,
  type JobHandler,
  type RawPayloadQueue,
  toCollectRequest,
} from '@energy-data-service/queue';

interface Dependencies {
  readonly client: SourceClient;
  readonly windows: CollectionWindowRepository;
  readonly rawPayloads: RawPayloadRepository;
  readonly sourceState: SourceStateRepository;
  readonly rawPayloadQueue: Pick<RawPayloadQueue, 'add'>;
}

/**
 * Asks a source for one window, keeps the answer as it came and hands its id on, unparsed. A window that is too
 * large is replaced by smaller ones, which the scheduler puts into the queue.
 */
export function collect({
  client,
  windows,
  rawPayloads,
  sourceState,
  rawPayloadQueue,
}: Dependencies): JobHandler<CollectJob> {
  async function ask(request: CollectRequest, signal: AbortSignal) {
    try {
      return await client.fetch(request, signal);
    } catch (err) {
      // The collector closes, and the source has done nothing wrong.
      if (signal.aborted) throw err;
      // All collectors fall silent, at once and over a restart.
      if (err instanceof ThrottledError) {
        await sourceState.block(request.source, err.retryAfterMs, describeError(err));
      }
      await windows.noteError(request, describeError(err));
      throw err;
    }
  }

  async function split(request: CollectRequest, tooLarge: TooLarge): Promise<void> {
    const { source, dataset, window } = request;
    const parts = smallerWindows(window, tooLarge);
    if (parts === null) throw new PermanentError('window too large, and too short to split', { ...tooLarge });
    if (tooLarge.maxDays !== null) await sourceState.limitWindow(source, dataset, tooLarge.maxDays);
    await windows.split(request, parts, tooLarge.reason);
  }

  return {
    async handle(job, { log, signal }) {
      const request = toCollectRequest(job);
      if (!(await windows.isPending(request))) {
        log.info('window was answered before');
        return;
      }
      const { now: askedAt, block } = await sourceState.look(request.source);
      if (block !== null) throw new ThrottledError(block.reason, block.remainingMs);
      const result = await ask(request, signal);
      if (result.kind === 'too-large') {
        await split(request, result);
        log.info({ reason: result.reason }, 'window split');
        return;
      }
      const rawPayloadId = await rawPayloads.store(request, result, { askedAt });
      await rawPayloadQueue.add([rawPayloadId]);
      log.info({ rawPayloadId, status: result.status, bytes: result.body.byteLength }, 'answer stored');
    },

    async giveUp(job, error, attemptMs) {
      await windows.fail(toCollectRequest(job), describeError(error), attemptMs);
    },
  };
}

/** The parts to ask for instead of a refused window; null when it cannot be cut any further. */
function smallerWindows(window: TimeWindow, { maxDays }: TooLarge): readonly TimeWindow[] | null {
  if (maxDays !== null) {
    const parts = splitWindow(window, maxDays);
    if (parts.length > 1) return parts;
  }
  return halveWindow(window);
}
