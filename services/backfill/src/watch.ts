import {
  type BackfillProgress,
  createBackfillReader,
  createCompletenessReader,
  hasEnded,
  type Sql,
} from '@energy-data-service/db';
import { follow } from './follow.ts';
import { findSilences } from './silences.ts';
import {
  describeCompleteness,
  describeCompletenessSoFar,
  describeFailures,
  describeOutcome,
} from './summary-text.ts';
import type { Terminal } from './terminal.ts';

export interface Surroundings {
  readonly sql: Sql;
  /** Ids of the sources that may fall silent. */
  readonly sources: readonly string[];
  readonly terminal: Terminal;
  /** Waits between two looks; false when nobody wants to watch any more. */
  readonly wait: () => Promise<boolean>;
}

/**
 * Watches a backfill until it ends, and says what came of it.
 *
 * @returns whether all of its windows succeeded; null if nobody wanted to watch any more
 */
export async function watch(id: string, surroundings: Surroundings): Promise<boolean | null> {
  const { sql, sources, terminal, wait } = surroundings;
  const backfills = createBackfillReader(sql);
  const ended = await follow({
    async look() {
      const [progress] = await backfills.find(id, 1);
      if (progress === undefined) throw new Error(`backfill ${id} is gone`);
      return { progress, silences: progress.pending > 0 ? await findSilences(sources, sql) : [] };
    },
    terminal,
    wait,
    now: () => performance.now(),
  });
  if (ended === null) return null;
  terminal.print(...(await summarize(ended, sql)));
  return ended.failed === 0 && ended.state !== 'cancelled';
}

/** How a backfill stands: windows, failures by reason, and what the ledger has of what it wanted. */
export async function summarize(progress: BackfillProgress, sql: Sql): Promise<string[]> {
  const backfills = createBackfillReader(sql);
  const ledger = await createCompletenessReader(sql).find(await backfills.findWanted(progress.id));
  return [
    describeOutcome(progress),
    ...describeFailures(progress, await backfills.findFailed(progress.id)),
    ...(hasEnded(progress)
      ? describeCompleteness(ledger, progress.failed + progress.pending)
      : [describeCompletenessSoFar(ledger)]),
  ];
}
