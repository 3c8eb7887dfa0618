import {
  type BackfillProgress,
  type BackfillReader,
  createBackfillReader,
  createCollectionRepository,
  hasEnded,
} from '@energy-data-service/db';
import { commandLine } from '@energy-data-service/runtime';
import type { ControlKind } from './command-line.ts';
import type { Ending } from './ending.ts';
import { formatInstant, formatMany } from './figures.ts';
import { describeProgress } from './progress-text.ts';
import { findSilences } from './silences.ts';
import { watchToEnd } from './start.ts';
import { UsageError } from './usage-error.ts';
import { type Surroundings, summarize } from './watch.ts';

/** Said when somebody means none. */
const NONE_FIT = {
  status: 'there is no backfill',
  follow: 'no backfill is unfinished',
  pause: 'no backfill is running',
  resume: 'no backfill is paused',
  cancel: 'no backfill is unfinished',
  retry: 'no backfill has failed windows',
} as const satisfies Record<ControlKind, string>;

/** Listed at most; an older one is found by its id. */
const NEWEST = 20;

/**
 * Looks at a backfill that was begun before, or decides about it.
 *
 * @param idPrefix - the beginning of its id; '' means the only one that this can be done to
 * @throws {UsageError} if that does not name exactly one
 */
export async function control(
  kind: ControlKind,
  idPrefix: string,
  surroundings: Surroundings,
): Promise<Ending> {
  const { sql, terminal } = surroundings;
  const backfills = createBackfillReader(sql);
  const meant = idPrefix === '' ? await findFit(kind, backfills) : await backfills.find(idPrefix, NEWEST);
  const [backfill, ...others] = meant;
  if (backfill === undefined && idPrefix !== '') throw new UsageError(`no backfill ${idPrefix}`);
  if (kind === 'status' && (backfill === undefined || others.length > 0)) {
    const all = idPrefix === '' ? await backfills.find('', NEWEST) : meant;
    terminal.print(...(all.length === 0 ? ['There is no backfill.'] : await list(all, surroundings)));
    return 'succeeded';
  }
  if (backfill === undefined) throw new UsageError(NONE_FIT[kind]);
  if (others.length > 0) {
    throw new UsageError(
      ['which one? Give the beginning of its id:', ...(await list(meant, surroundings))].join('\n'),
    );
  }
  const { id } = backfill;
  if (kind === 'follow') return watchToEnd(id, surroundings);
  if (kind === 'status') {
    terminal.print(...(await list([backfill], surroundings)), ...(await summarize(backfill, sql)));
    return 'succeeded';
  }
  terminal.print(await decide(kind, backfill, surroundings));
  return 'succeeded';
}

/** Those that somebody may mean who does not say which. */
async function findFit(kind: ControlKind, backfills: BackfillReader): Promise<BackfillProgress[]> {
  if (kind === 'retry') {
    const failed = await backfills.findWithFailures();
    const unfinished = failed.filter((backfill) => !hasEnded(backfill));
    return unfinished.length > 0 ? unfinished : failed;
  }
  const unfinished = await backfills.findUnfinished();
  if (kind === 'pause') return unfinished.filter(({ state }) => state === 'running');
  if (kind === 'resume') return unfinished.filter(({ state }) => state === 'paused');
  return unfinished;
}

async function list(
  backfills: readonly BackfillProgress[],
  { sql, sources }: Surroundings,
): Promise<string[]> {
  const silences = await findSilences(sources, sql);
  return backfills.map(
    (backfill) =>
      `${backfill.id}  ${formatInstant(backfill.requestedAt)}  ${describeProgress(backfill, silences)}`,
  );
}

/** @throws {UsageError} if the backfill is in no state for this */
async function decide(
  kind: Exclude<ControlKind, 'status' | 'follow'>,
  backfill: BackfillProgress,
  { sql }: Surroundings,
): Promise<string> {
  const { id, state, failed } = backfill;
  const collections = createCollectionRepository(sql);
  if (state === 'cancelled') throw new UsageError(`backfill ${id} was cancelled; begin another one`);
  switch (kind) {
    case 'pause':
      if (hasEnded(backfill)) throw new UsageError(`backfill ${id} has ended`);
      await collections.pause(id);
      return `Backfill ${id} is paused. To go on: ${commandLine(`backfill resume ${id}`)}`;
    case 'resume':
      if (!(await collections.resume(id))) throw new UsageError(`backfill ${id} is not paused`);
      return `Backfill ${id} goes on. To watch it: ${commandLine(`backfill follow ${id}`)}`;
    case 'cancel':
      if (hasEnded(backfill)) throw new UsageError(`backfill ${id} has ended`);
      await collections.cancel(id);
      return `Backfill ${id} is cancelled. What it has brought stays.`;
    case 'retry': {
      if (failed === 0) throw new UsageError(`no window of backfill ${id} has failed`);
      const opened = formatMany(await collections.retry(id), 'window');
      const next =
        state === 'paused'
          ? `once it goes on: ${commandLine(`backfill resume ${id}`)}`
          : `to watch: ${commandLine(`backfill follow ${id}`)}`;
      return `${opened} will be asked for again; ${next}`;
    }
  }
}
