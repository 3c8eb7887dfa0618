import type {
  CollectionWindowRepository,
  RawPayloadRepository,
  RequestSlotRepository,
  SourceCircuitRepository,
  SourceLook,
  SourceStateRepository,
} from '@energy-data-service/db';
import {
  type CollectRequest,
  describeError,
  PermanentError,
  type Priority,
  type SourceClient,
  splitWindow,
  type TooLarge,
} from '@energy-data-service/domain';
import {
  type CollectJob,
  type JobContext,
  type JobHandler,
  type RawPayloadQueue,
  toCollectRequest,
} from '@energy-data-service/queue';
import { createAsk } from './ask.ts';
import type { RequestSlots } from './request-budget.ts';
import { longestDays, smallerWindows } from './smaller-windows.ts';

interface Dependencies extends RequestSlots {
  readonly client: SourceClient;
  readonly windows: CollectionWindowRepository;
  readonly rawPayloads: RawPayloadRepository;
  readonly sourceState: SourceStateRepository;
  readonly sourceCircuit: SourceCircuitRepository;
  readonly requestSlots: RequestSlotRepository;
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
  sourceCircuit,
  requestSlots,
  slots,
  spare,
  rawPayloadQueue,
}: Dependencies): JobHandler<CollectJob, SourceLook> {
  const ask = createAsk({ client, windows, sourceState, sourceCircuit, requestSlots, slots, spare });

  /** How urgent the request is; undefined if nobody waits for it. */
  async function findPriority(
    request: CollectRequest,
    { isRetriedByHand }: JobContext,
  ): Promise<Priority | undefined> {
    const priority = await windows.findPriority(request);
    // The windows that failed with the job wait again.
    return priority === undefined && isRetriedByHand ? windows.reopen(request) : priority;
  }

  /** Splits a window that is longer than what was learnt since it was opened, without a request. */
  async function splitKnownTooLong(request: CollectRequest): Promise<boolean> {
    const { source, dataset, area, window } = request;
    const maxDays = await sourceState.findWindowLimit(source, dataset, area);
    const parts = maxDays === null ? [] : splitWindow(window, maxDays);
    if (parts.length <= 1) return false;
    await windows.split(
      request,
      parts,
      `not asked: windows of more than ${maxDays} days were refused before`,
    );
    return true;
  }

  async function split(request: CollectRequest, tooLarge: TooLarge): Promise<void> {
    const { source, dataset, area, window } = request;
    const parts = smallerWindows(window, tooLarge);
    if (parts === null) throw new PermanentError('window too large, and too short to split', { ...tooLarge });
    if (tooLarge.maxDays !== null) await sourceState.limitWindow(source, dataset, tooLarge.maxDays);
    // No length was named: there was too much of this area.
    else await sourceState.limitWindow(source, dataset, longestDays(parts), area);
    await windows.split(request, parts, tooLarge.reason);
  }

  return {
    begin: ({ source }) => sourceState.look(source),

    async handle(job, context, look) {
      const { log } = context;
      const request = toCollectRequest(job);
      const priority = await findPriority(request, context);
      if (priority === undefined) {
        log.info('nobody waits for this window');
        return;
      }
      if (await splitKnownTooLong(request)) {
        log.info('window split, it was not asked for');
        return;
      }
      const result = await ask(request, priority, look, context);
      if (result.kind === 'too-large') {
        await split(request, result);
        log.info({ reason: result.reason }, 'window split');
        return;
      }
      const rawPayloadId = await rawPayloads.store(request, result, { askedAt: look.now });
      await rawPayloadQueue.add([{ rawPayloadId, request, priority }]);
      log.info({ rawPayloadId, status: result.status, bytes: result.body.byteLength }, 'answer stored');
    },

    async giveUp(job, error, { now: begunAt }) {
      await windows.fail(toCollectRequest(job), describeError(error), begunAt);
    },
  };
}
