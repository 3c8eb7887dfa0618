import type {
  CollectionWindowRepository,
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
  type SourceClient,
  ThrottledError,
  TransientError,
} from '@energy-data-service/domain';
import type { JobContext } from '@energy-data-service/queue';

export interface AskDependencies {
  readonly client: SourceClient;
  readonly windows: Pick<CollectionWindowRepository, 'noteError'>;
  readonly sourceState: Pick<SourceStateRepository, 'block'>;
  readonly sourceCircuit: SourceCircuitRepository;
}

/**
 * Asks a source if it may be asked, and tells all collectors what that says about it: that it wants silence, that it
 * is cut off, or that it answers again.
 */
export function createAsk({ client, windows, sourceState, sourceCircuit }: AskDependencies) {
  /**
   * @returns whether this is the one request that is tried of a source that is cut off
   * @throws {ThrottledError} while nobody may ask, {PostponedError} while this may not be asked
   */
  async function waitForTurn(request: CollectRequest, { block, failing }: SourceLook): Promise<boolean> {
    if (block !== null) throw new ThrottledError(block.reason, block.remainingMs);
    if (failing !== 'cut-off') return false;
    const waitMs = await sourceCircuit.takeProbe(request.source, itemOf(request));
    // Apart from each other, so that they do not all come back at once.
    if (waitMs > 0) throw new PostponedError('source is cut off', waitMs * (1 + Math.random()));
    return true;
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

  return async (request: CollectRequest, look: SourceLook, context: JobContext): Promise<FetchResult> => {
    const isProbe = await waitForTurn(request, look);
    try {
      const result = await client.fetch(request, context.signal);
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

function itemOf({ dataset, area, counterArea }: CollectRequest): string {
  return counterArea === null ? `${dataset} ${area}` : `${dataset} ${area} ${counterArea}`;
}
