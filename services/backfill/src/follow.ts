import { type BackfillProgress, hasEnded, isDatabaseAway } from '@energy-data-service/db';
import { describeProgress, type Silence } from './progress-text.ts';
import type { Terminal } from './terminal.ts';

interface Dependencies {
  /** @throws {Error} if the backfill is gone */
  readonly look: () => Promise<{ progress: BackfillProgress; silences: readonly Silence[] }>;
  readonly terminal: Terminal;
  /** Waits a moment; false when nobody wants to follow any more. */
  readonly wait: () => Promise<boolean>;
  /** Milliseconds, of any clock that goes forward. */
  readonly now: () => number;
}

/** Between two lines of a log while nothing but the count changes. */
const LINE_EVERY_MS = 30_000;

/**
 * Shows how a backfill goes until it ends: a line that is written over, or a line now and then. A database that is away
 * is waited for.
 *
 * @returns how it ended; null if nobody wanted to follow any more
 */
export async function follow({ look, terminal, wait, now }: Dependencies): Promise<BackfillProgress | null> {
  let printedAt = Number.NEGATIVE_INFINITY;
  let lastState = '';
  for (;;) {
    const seen = await look().catch((error: unknown) => {
      if (isDatabaseAway(error)) return null;
      throw error;
    });
    const line = seen === null ? 'the database is away' : describeProgress(seen.progress, seen.silences);
    const hasEndedNow = seen !== null && hasEnded(seen.progress);
    const state = seen === null ? 'away' : seen.progress.state;
    if (terminal.isInteractive && !hasEndedNow) {
      terminal.show(line);
    } else if (hasEndedNow || state !== lastState || now() - printedAt >= LINE_EVERY_MS) {
      terminal.print(line);
      printedAt = now();
    }
    lastState = state;
    if (hasEndedNow) return seen.progress;
    if (!(await wait())) return null;
  }
}
