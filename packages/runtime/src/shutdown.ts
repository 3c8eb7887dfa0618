import type { Logger } from 'pino';

/** Something that has to be ended, and what it is called in the log. */
export type CloseStep = readonly [name: string, close: () => Promise<unknown>];

/** A signal may come twice at once: from the terminal, and passed on by the package manager. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Runs the steps in order on the first SIGTERM or SIGINT, then exits: with 0, or with 1 if a step failed, the
 * deadline passed or a second signal came.
 *
 * `onClosing` is called before the first step. List intake first (workers, HTTP server), then producers, then connections, so that nothing is closed while
 * something still uses it.
 */
export function closeOnSignal(
  steps: readonly CloseStep[],
  { log, timeoutMs, onClosing }: { log: Logger; timeoutMs: number; onClosing?: () => void },
): void {
  let closingSince: number | undefined;
  async function close(signal: NodeJS.Signals): Promise<void> {
    if (closingSince !== undefined) {
      if (performance.now() - closingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    closingSince = performance.now();
    onClosing?.();
    log.info({ signal }, 'shutting down');
    setTimeout(() => {
      log.error({ timeoutMs }, 'shutdown took too long');
      process.exit(1);
    }, timeoutMs).unref();
    process.exit((await runCloseSteps(steps, log)) ? 0 : 1);
  }
  process.on('SIGTERM', close).on('SIGINT', close);
}

/**
 * Runs the steps in order, every one of them.
 *
 * @returns whether all succeeded; the failures are in the log
 */
export async function runCloseSteps(steps: readonly CloseStep[], log: Logger): Promise<boolean> {
  let succeeded = true;
  for (const [step, closeStep] of steps) {
    await closeStep().catch((err: unknown) => {
      succeeded = false;
      log.error({ err, step }, 'close failed');
    });
  }
  return succeeded;
}
