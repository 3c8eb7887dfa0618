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
    ...(state.length > 0 ? [...state, ...describeFetched(progress)] : describePace(progress)),
  ].join(', ');
}

function describeFetched({ fetched }: BackfillProgress): string[] {
  return fetched > 0 ? [`${formatCount(fetched)} to process`] : [];
}

function describePace(progress: BackfillProgress): string[] {
  const { pending, fetched, recent } = progress;
  if (recent.windows === 0) return describeFetched(progress);
  const perSecond = recent.windows / recent.seconds;
  return [
    `${formatDuration((pending + fetched) / perSecond)} left`,
    ...describeFetched(progress),
    `${formatCount(Math.round(perSecond * 60))} windows/min`,
    `${formatCount(Math.round(recent.points / recent.seconds))} points/s`,
  ];
}

/** What a person should know who sees nothing move. */
function describeState(progress: BackfillProgress, silences: readonly Silence[]): string[] {
  const { state, pending, enqueued, recent } = progress;
  if (state === 'cancelled') return [state];
  if (hasEnded(progress)) return ['ended'];
  if (state === 'paused') return [state];
  return [
    ...silences.map(describeSilence),
    ...(pending > 0 && enqueued === 0 && recent.seconds > SCHEDULED_WITHIN_SECONDS
      ? ['waits to be put into the queue (does a scheduler run?)']
      : []),
  ];
}

function describeSilence({ source, remainingMs, reason }: Silence): string {
  const length =
    remainingMs === null ? 'until it answers again' : `for ${formatDuration(remainingMs / 1000)}`;
  return `${source} may not be asked ${length}: ${reason}`;
}
