import type {
  CollectionWindowRepository,
  RequestSlot,
  RequestSlotRepository,
  SourceCircuitRepository,
  SourceLook,
  SourceStateRepository,
} from '@energy-data-service/db';
import {
  type CollectRequest,
  describeError,
  type FetchResult,
  formatWindow,
  PermanentError,
  PostponedError,
  type Priority,
  type ProbeRank,
  type SourceClient,
  ThrottledError,
  TransientError,
} from '@energy-data-service/domain';
import type { JobContext } from '@energy-data-service/queue';
import type { RequestSlots } from './request-budget.ts';

export interface AskDependencies extends RequestSlots {
  readonly client: SourceClient;
  readonly windows: Pick<CollectionWindowRepository, 'noteError'>;
  readonly sourceState: Pick<SourceStateRepository, 'block'>;
  readonly sourceCircuit: SourceCircuitRepository;
  readonly requestSlots: RequestSlotRepository;
}

/** Slots become free one by one, and a span of the budget is about as long: so nobody asks the database in vain for much. */
const NO_SLOT_PAUSE_MS = 1_000;

/** A source that was silent for so long may count a request long after it has failed: when it comes to it at last. */
const SILENCE_MS = 30_000;

/**
 * Asks a source if it may be asked, and tells all collectors what that says about it: that it wants silence, that it
 * is cut off, or that it answers again.
 */
export function createAsk({
  client,
  windows,
  sourceState,
  sourceCircuit,
  requestSlots,
  slots,
  spare,
}: AskDependencies) {
  /**
   * @returns whether this is the one request that is tried of a source that is cut off
   * @throws {ThrottledError} while nobody may ask, {PostponedError} while this may not be asked
   */
  async function waitForTurn(
    request: CollectRequest,
    { block, failing }: SourceLook,
    rank: ProbeRank,
  ): Promise<boolean> {
    if (block !== null) throw new ThrottledError(block.reason, block.remainingMs);
    if (failing !== 'cut-off') return false;
    const waitMs = await sourceCircuit.takeProbe(request.source, itemOf(request), rank);
    if (waitMs > 0) throw new PostponedError('source is cut off', waitMs);
    return true;
  }

  /** @throws {PostponedError} while the source may see no further request */
  async function takeSlot(
    { source }: CollectRequest,
    priority: Priority,
    isProbe: boolean,
  ): Promise<RequestSlot> {
    let slot: RequestSlot | null = null;
    try {
      slot = await requestSlots.take(source, slots, priority === 'backfill' ? spare : 0);
    } finally {
      if (slot === null && isProbe) await sourceCircuit.releaseProbe(source);
    }
    if (slot !== null) return slot;
    throw new PostponedError('budget is spent', NO_SLOT_PAUSE_MS * (1 + Math.random()));
  }

  async function freeSlot(slot: RequestSlot, { log }: JobContext): Promise<void> {
    try {
      await requestSlots.end(slot);
    } catch (err) {
      log.warn(
        { reason: describeError(err) },
        'a request that has ended counts as under way for some minutes',
      );
    }
  }

  async function fetchWith(
    slot: RequestSlot,
    request: CollectRequest,
    context: JobContext,
  ): Promise<FetchResult> {
    const sentAt = performance.now();
    let isAnswered = false;
    try {
      const result = await client.fetch(request, context.signal);
      isAnswered = true;
      return result;
    } catch (err) {
      isAnswered = err instanceof ThrottledError || err instanceof PermanentError;
      throw err;
    } finally {
      if (isAnswered || performance.now() - sentAt < SILENCE_MS) await freeSlot(slot, context);
    }
  }

  async function noteAnswer(source: string, { log }: JobContext): Promise<void> {
    const cutOffSince = await sourceCircuit.recordAnswer(source);
    if (cutOffSince !== null) log.warn({ source, since: cutOffSince.toString() }, 'source answers again');
  }

  async function noteFailure(
    request: CollectRequest,
    err: unknown,
    look: SourceLook,
    context: JobContext,
  ): Promise<void> {
    const { source } = request;
    const reason = describeError(err);
    await windows.noteError(request, reason);
    // All collectors fall silent, at once and over a restart.
    if (err instanceof ThrottledError) await sourceState.block(source, err.retryAfterMs, reason);
    // A refusal is an answer.
    if (err instanceof PermanentError) await noteAnswer(source, context);
    if (!(err instanceof TransientError)) return;
    const isCutOff = await sourceCircuit.recordFailure(
      source,
      { request: `${itemOf(request)} ${formatWindow(request.window)}`, item: itemOf(request) },
      look.now,
    );
    // Once, however many requests fail. The job itself is an attempt that failed: the next try is another's.
    if (isCutOff) context.log.error({ source, reason }, 'source is cut off, one request is tried at a time');
  }

  return async (
    request: CollectRequest,
    priority: Priority,
    look: SourceLook,
    context: JobContext,
  ): Promise<FetchResult> => {
    const isProbe = await waitForTurn(request, look, rankOf(priority, context));
    const slot = await takeSlot(request, priority, isProbe);
    try {
      const result = await fetchWith(slot, request, context);
      await noteAnswer(request.source, context);
      return result;
    } catch (err) {
      try {
        // The collector closes, and the source has done nothing wrong.
        if (!context.signal.aborted) await noteFailure(request, err, look, context);
        const saysNothing = context.signal.aborted || err instanceof ThrottledError;
        if (isProbe && saysNothing) await sourceCircuit.releaseProbe(request.source);
      } catch (unnoted) {
        // Silence is kept, also where nobody else can be told of it.
        if (!(err instanceof ThrottledError)) throw unnoted;
        context.log.error({ err: unnoted }, 'the silence that the source wants cannot be recorded');
      }
      throw err;
    }
  };
}

function rankOf(priority: Priority, { attempt }: JobContext): ProbeRank {
  if (priority === 'live') return 'live';
  return attempt === 1 ? 'untried' : 'failed';
}

function itemOf({ dataset, area, counterArea }: CollectRequest): string {
  return counterArea === null ? `${dataset} ${area}` : `${dataset} ${area} ${counterArea}`;
}
