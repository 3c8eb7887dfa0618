import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError } from './start-error.ts';

/** How a server that a process needs was found. */
export type Readiness =
  | { readonly state: 'ready' }
  /** It passes by itself, or is mended by somebody else meanwhile. */
  | { readonly state: 'not-yet'; readonly reason: string }
  /** Waiting mends nothing: a wrong password, a wrong address. */
  | { readonly state: 'refused'; readonly reason: string };

interface WaitOptions {
  readonly log: Logger;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Between two looks. */
  readonly everyMs?: number;
  /** Between two lines of the log that say the same. */
  readonly logEveryMs?: number;
}

/**
 * Looks for a server that a process needs until it is ready, so that everything may be started at once, in any order.
 *
 * @param name - what the log calls it
 * @throws {StartError} when waiting would mend nothing; the signal's reason when it ends the waiting
 */
export async function waitUntilReady(
  name: string,
  look: () => Promise<Readiness>,
  { log, signal, everyMs = 1_000, logEveryMs = 10_000 }: WaitOptions,
): Promise<void> {
  let lastReason: string | undefined;
  let loggedAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    signal.throwIfAborted();
    const readiness = await look();
    if (readiness.state === 'ready') return;
    const { state, reason } = readiness;
    if (state === 'refused') throw new StartError(`the ${name} cannot be used: ${reason}`);
    if (reason !== lastReason || performance.now() - loggedAt >= logEveryMs) {
      log.warn({ reason }, `waiting for the ${name}`);
      lastReason = reason;
      loggedAt = performance.now();
    }
    await setTimeout(everyMs, undefined, { signal });
  }
}
