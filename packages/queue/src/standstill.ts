/** Between two looks for waiting jobs. */
const LOOK_EVERY_MS = 5_000;

interface Options {
  /** Number of jobs that wait and that nothing holds back. */
  readonly countStartable: () => Promise<number>;
  /** Without an attempt that starts or ends for so long, work that is there stands still. */
  readonly afterMs: number;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
}

/** Knows whether the work of a worker goes on. */
export interface StandstillWatch {
  attemptStarted(): void;
  attemptEnded(): void;
  /** Looks whether jobs wait; done every few seconds. */
  look(): Promise<void>;
  /** In which way work stands still; null if it goes on, or there is none. */
  describe(): string | null;
  stop(): void;
}

/**
 * Watches a worker: work stands still when attempts run, or jobs wait that nothing holds back, and no attempt has started
 * or ended for a long time. Jobs count as waiting from the first of the looks in a row that all found some, so that one
 * that has just come, or was just let go by a budget or a ban, is no sign of anything.
 */
export function watchForStandstill({
  countStartable,
  afterMs,
  now = () => performance.now(),
}: Options): StandstillWatch {
  let running = 0;
  let progressAt = now();
  let waitingSince: number | null = null;

  async function look(): Promise<void> {
    // A queue that does not answer has a health check of its own.
    const startable = await countStartable().catch(() => 0);
    waitingSince = startable === 0 ? null : (waitingSince ?? now());
  }

  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    attemptStarted() {
      running += 1;
      progressAt = now();
    },
    attemptEnded() {
      running -= 1;
      progressAt = now();
    },
    look,
    describe() {
      const seconds = Math.round(afterMs / 1_000);
      if (running > 0 && now() - progressAt > afterMs) {
        return `${running} jobs run, and none has ended for ${seconds} s`;
      }
      if (waitingSince !== null && now() - Math.max(progressAt, waitingSince) > afterMs) {
        return `jobs wait, and none has been started for ${seconds} s`;
      }
      return null;
    },
    stop: () => clearInterval(timer),
  };
}
