import { type BackfillProgress, hasEnded } from '@energy-data-service/db';
import { formatCount, formatDuration, formatMany } from './figures.ts';

/** That a source may not be asked, and why. */
export interface Silence {
  readonly source: string;
  /** For how long; null: until it answers a request that is tried now and then. */
  readonly remainingMs: number | null;
  readonly reason: string;
}

const BAR_WIDTH = 16;

/** Fewer windows, or windows of a shorter time, say too little about when it will end. */
const PACED_BY_WINDOWS = 3;
const PACED_BY_SECONDS = 10;

/** Several rounds of a scheduler, which is woken by whoever begins a backfill. */
const SCHEDULED_WITHIN_SECONDS = 15;

/** Windows that are wanted, those of a cancelled backfill that nobody will ask for included. */
export function countWindows({ pending, fetched, succeeded, failed }: BackfillProgress): number {
  return pending + fetched + succeeded + failed;
}

/**
 * One line on how far a backfill has come, and either why it stands or when it will end and how fast it goes. A narrow
 * terminal cuts its end off.
 */
export function describeProgress(progress: BackfillProgress, silences: readonly Silence[]): string {
  const windows = countWindows(progress);
  const ended = progress.succeeded + progress.failed;
  const share = windows === 0 ? 1 : ended / windows;
  const state = describeState(progress, silences);
  const filled = Math.floor(share * BAR_WIDTH);
  return [
    `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${Math.floor(share * 100)} %`,
    `${formatCount(ended)}/${formatMany(windows, 'window')}`,
    ...(progress.failed > 0 ? [`${formatCount(progress.failed)} failed`] : []),
    ...(state.length > 0 || !hasPace(progress)
      ? [...state, ...describeRetried(progress), ...describeFetched(progress)]
      : describePace(progress)),
  ].join(', ');
}

/** An error without the context behind it, which differs from window to window. */
export function reasonOf(error: string): string {
  return error.replace(/ \{.*\}$/s, '');
}

function describeFetched({ fetched }: BackfillProgress): string[] {
  return fetched > 0 ? [`${formatCount(fetched)} to process`] : [];
}

function describeRetried({ retried, retriedError }: BackfillProgress): string[] {
  return retriedError === null ? [] : [`${formatCount(retried)} tried in vain: ${reasonOf(retriedError)}`];
}

/** Whether the last minutes tell when the rest will be done: not where all that waits has been tried in vain. */
function hasPace({ pending, retried, recent }: BackfillProgress): boolean {
  const isStuck = pending > 0 && retried === pending;
  return !isStuck && recent.windows >= PACED_BY_WINDOWS && recent.seconds >= PACED_BY_SECONDS;
}

function describePace(progress: BackfillProgress): string[] {
  const { pending, fetched, recent } = progress;
  // The time begins with the end of the first window, which was worked on before.
  const perSecond = (recent.windows - 1) / recent.seconds;
  const pointsPerWindow = recent.points / recent.windows;
  return [
    `${formatDuration((pending + fetched) / perSecond)} left`,
    ...describeRetried(progress),
    ...describeFetched(progress),
    `${formatCount(Math.round(perSecond * 60))} windows/min`,
    `${formatCount(Math.round(perSecond * pointsPerWindow))} points/s`,
  ];
}

/** What a person should know who sees nothing move. */
function describeState(progress: BackfillProgress, silences: readonly Silence[]): string[] {
  const { state, pending, enqueued, ageSeconds } = progress;
  if (state === 'cancelled') return [state];
  if (hasEnded(progress)) return ['ended'];
  if (state === 'paused') return [state];
  if (pending === 0) return [];
  return [
    ...silences.map(describeSilence),
    ...(enqueued === 0 && ageSeconds > SCHEDULED_WITHIN_SECONDS
      ? ['waits to be put into the queue (does a scheduler run?)']
      : []),
  ];
}

function describeSilence({ source, remainingMs, reason }: Silence): string {
  const length =
    remainingMs === null ? 'until it answers again' : `for ${formatDuration(remainingMs / 1000)}`;
  return `${source} may not be asked ${length}: ${reasonOf(reason)}`;
}
