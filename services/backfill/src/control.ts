import {
  type BackfillProgress,
  createBackfillReader,
  createCollectionRepository,
  hasEnded,
} from '@energy-data-service/db';
import type { ControlKind } from './command-line.ts';
import type { Ending } from './ending.ts';
import { formatInstant, formatMany } from './figures.ts';
import { describeProgress } from './progress-text.ts';
import { watchToEnd } from './start.ts';
import { UsageError } from './usage-error.ts';
import { type Surroundings, summarize } from './watch.ts';

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
  const found = await createBackfillReader(sql).find(idPrefix, NEWEST);
  const backfill = choose(kind, found, idPrefix);
  if (backfill === undefined) {
    if (kind !== 'status') throw new UsageError(describeChoice(found, idPrefix));
    terminal.print(...(found.length === 0 ? ['There is no backfill.'] : list(found)));
    return 'succeeded';
  }
  const { id } = backfill;
  if (kind === 'follow') return watchToEnd(id, surroundings);
  if (kind === 'status') {
    terminal.print(...list([backfill]), ...(await summarize(backfill, sql)));
    return 'succeeded';
  }
  terminal.print(await decide(kind, backfill, surroundings));
  return 'succeeded';
}

/** The backfill that is meant; undefined if several could be, or none. */
function choose(
  kind: ControlKind,
  found: readonly BackfillProgress[],
  idPrefix: string,
): BackfillProgress | undefined {
  if (idPrefix !== '') return only(found);
  const fit = found.filter((backfill) => isFitFor(kind, backfill));
  return only(fit.length > 0 ? fit : found.filter((backfill) => !hasEnded(backfill)));
}

function only(backfills: readonly BackfillProgress[]): BackfillProgress | undefined {
  return backfills.length === 1 ? backfills[0] : undefined;
}

/** Whether somebody may mean it who does not say which. */
function isFitFor(kind: ControlKind, backfill: BackfillProgress): boolean {
  const { state, failed } = backfill;
  switch (kind) {
    case 'retry':
      return failed > 0 && state !== 'cancelled';
    case 'pause':
      return state === 'running' && !hasEnded(backfill);
    case 'resume':
      return state === 'paused';
    default:
      return !hasEnded(backfill);
  }
}

function describeChoice(found: readonly BackfillProgress[], idPrefix: string): string {
  if (found.length === 0) return idPrefix === '' ? 'there is no backfill' : `no backfill ${idPrefix}`;
  return ['which one? Give the beginning of its id:', ...list(found)].join('\n');
}

function list(backfills: readonly BackfillProgress[]): string[] {
  return backfills.map(
    (backfill) => `${backfill.id}  ${formatInstant(backfill.requestedAt)}  ${describeProgress(backfill, [])}`,
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
      return `Backfill ${id} is paused. To go on: pnpm backfill resume ${id}`;
    case 'resume':
      if (!(await collections.resume(id))) throw new UsageError(`backfill ${id} is not paused`);
      return `Backfill ${id} goes on. To watch it: pnpm backfill follow ${id}`;
    case 'cancel':
      if (hasEnded(backfill)) throw new UsageError(`backfill ${id} has ended`);
      await collections.cancel(id);
      return `Backfill ${id} is cancelled. What it has brought stays.`;
    case 'retry': {
      if (failed === 0) throw new UsageError(`no window of backfill ${id} has failed`);
      const opened = formatMany(await collections.retry(id), 'window');
      const next =
        state === 'paused'
          ? `once it goes on: pnpm backfill resume ${id}`
          : `to watch: pnpm backfill follow ${id}`;
      return `${opened} will be asked for again; ${next}`;
    }
  }
}
