import { setTimeout } from 'node:timers/promises';

/** Between two looks of a person at a terminal, and of a log. */
const LOOK_EVERY_MS = 1_000;

/** Is aborted by the first SIGINT or SIGTERM. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return stopping.signal;
}

/**
 * A pause between two looks that the first SIGINT or SIGTERM cuts short.
 *
 * @returns whether to look again
 */
export function untilSignal(): () => Promise<boolean> {
  const signal = stopSignal();
  return async () => {
    await setTimeout(LOOK_EVERY_MS, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    return !signal.aborted;
  };
}
