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
  /** @throws {ThrottledError} while nobody may ask */
  async function waitForTurn(source: string, { block, failing }: SourceLook): Promise<void> {
    if (block !== null) throw new ThrottledError(block.reason, block.remainingMs);
    if (failing !== 'cut-off') return;
    const waitMs = await sourceCircuit.takeProbe(source);
    if (waitMs > 0) throw new ThrottledError('source is cut off', waitMs);
  }

  async function noteAnswer(source: string, { failing }: SourceLook, { log }: JobContext): Promise<void> {
    if (failing === 'no') return;
    const cutOffSince = await sourceCircuit.recordAnswer(source);
    if (cutOffSince !== null) log.warn({ source, since: cutOffSince.toString() }, 'source answers again');
  }

  /** @returns what to throw in place of what was thrown */
  async function noteFailure(
    request: CollectRequest,
    err: unknown,
    look: SourceLook,
    context: JobContext,
  ): Promise<unknown> {
    const { source } = request;
    const reason = describeError(err);
    // All collectors fall silent, at once and over a restart.
    if (err instanceof ThrottledError) await sourceState.block(source, err.retryAfterMs, reason);
    // A refusal is an answer.
    if (err instanceof PermanentError) await noteAnswer(source, look, context);
    await windows.noteError(request, reason);
    if (!(err instanceof TransientError)) return err;
    const { pauseMs, isNew } = await sourceCircuit.recordFailure(source, nameOf(request), look.now);
    // Once, however many requests fail.
    if (isNew) context.log.error({ source, reason }, 'source is cut off, one request is tried at a time');
    return pauseMs > 0 ? new ThrottledError('source is cut off', pauseMs, { reason }) : err;
  }

  return async (request: CollectRequest, look: SourceLook, context: JobContext): Promise<FetchResult> => {
    await waitForTurn(request.source, look);
    let result: FetchResult;
    try {
      result = await client.fetch(request, context.signal);
    } catch (err) {
      // The collector closes, and the source has done nothing wrong.
      if (context.signal.aborted) throw err;
      throw await noteFailure(request, err, look, context);
    }
    await noteAnswer(request.source, look, context);
    return result;
  };
}

function nameOf({ dataset, area, counterArea, window }: CollectRequest): string {
  return [dataset, area, counterArea ?? '', formatWindow(window)].join(' ');
}
