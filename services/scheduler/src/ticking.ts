import { queryFailureFields } from '@energy-data-service/db';
import type { Logger } from '@energy-data-service/runtime';

/** Between two rounds when nobody wakes the scheduler. */
export const TICK_EVERY_MS = 5_000;

interface Ticking {
  /** Milliseconds for which the present round has been under way; null between two rounds. */
  underWayMs(): number | null;
  /** Asks for a round now; one that runs is followed by another. */
  wake(): void;
  /** Waits for the round that runs; no other follows. */
  stop(): Promise<void>;
}

/**
 * Runs `tick` now, then every `everyMs` and when woken, one round at a time. A round that fails is logged; the
 * next one starts from what is stored.
 */
export function startTicking(
  tick: () => Promise<void>,
  { everyMs, log }: { everyMs: number; log: Logger },
): Ticking {
  let wakeUp = Promise.withResolvers<void>();
  let stopped = false;
  let roundStartedAt: number | null = null;

  async function run(): Promise<void> {
    while (!stopped) {
      wakeUp = Promise.withResolvers<void>();
      roundStartedAt = performance.now();
      await tick().catch((err: unknown) => log.error(queryFailureFields(err), 'scheduling failed'));
      roundStartedAt = null;
      const timer = setTimeout(wakeUp.resolve, everyMs);
      await wakeUp.promise;
      clearTimeout(timer);
    }
  }

  const running = run();
  return {
    underWayMs: () => (roundStartedAt === null ? null : performance.now() - roundStartedAt),
    wake: () => wakeUp.resolve(),
    async stop() {
      stopped = true;
      wakeUp.resolve();
      await running;
    },
  };
}
