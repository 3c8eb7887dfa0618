import type { BackfillProgress, Completeness, FailedWindow } from '@energy-data-service/db';
import type { CollectRequest, TimeWindow } from '@energy-data-service/domain';
import { commandLine } from '@energy-data-service/runtime';
import {
  compareText,
  formatArea,
  formatCount,
  formatDays,
  formatInstant,
  formatMany,
  formatRange,
  formatRoughDuration,
} from './figures.ts';
import { lengthMs } from './plan.ts';
import { countWindows, reasonOf } from './progress-text.ts';
import { type Column, textTable } from './text-table.ts';

/** Of each reason, so many windows are named; and of each item, so many missing ranges. */
const NAMED = 10;
const NAMED_RANGES = 3;

/** What came of a backfill, in one sentence. */
export function describeOutcome(progress: BackfillProgress): string {
  const { state, succeeded, noData, failed, pending, points } = progress;
  const parts = [
    `${formatCount(succeeded)} of ${formatMany(countWindows(progress), 'window')} succeeded`,
    ...(noData > 0 ? [`nothing is published for ${formatCount(noData)} of them`] : []),
    `${formatMany(points, 'point')}`,
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(state === 'cancelled' ? [`cancelled, ${formatCount(pending)} were not answered`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** The windows that have failed, by reason, and what can be done. */
export function describeFailures(
  { id, state }: Pick<BackfillProgress, 'id' | 'state'>,
  failed: readonly FailedWindow[],
): string[] {
  if (failed.length === 0) return [];
  const ordered = failed.toSorted(byDatasetAndArea);
  const byReason = [...Map.groupBy(ordered, ({ error }) => reasonOf(error))].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  return [
    ...byReason.flatMap(([reason, windows]) => [
      `${formatMany(windows.length, 'window')} failed: ${reason}`,
      ...windows.slice(0, NAMED).map((window) => `  ${describeWindow(window, reason)}`),
      ...(windows.length > NAMED ? [`  and ${formatCount(windows.length - NAMED)} more`] : []),
    ]),
    state === 'cancelled'
      ? 'To ask for them again, begin another backfill with the same command.'
      : `To ask for them again: ${commandLine(`backfill retry ${id}`)}`,
    ...(failed.some(({ isAnswered }) => isAnswered)
      ? [
          `Those whose answer could not be decoded, once the decoder is mended: ${commandLine('replay --failed')}`,
        ]
      : []),
  ];
}

/** By the dataset and the code of the area; the order of what they share stays. */
function byDatasetAndArea(a: CollectRequest, b: CollectRequest): number {
  return compareText(`${a.dataset} ${formatArea(a.area)}`, `${b.dataset} ${formatArea(b.area)}`);
}

function describeWindow({ dataset, area, window, error }: FailedWindow, reason: string): string {
  const details = error.slice(reason.length).trim();
  return [dataset, formatArea(area), formatRange(window), details].join(' ').trimEnd();
}

const COLUMNS: readonly Column<Completeness>[] = [
  { title: 'dataset', cell: ({ request }) => request.dataset },
  { title: 'area', cell: ({ request }) => formatArea(request.area) },
  { title: 'from', cell: ({ request }) => formatInstant(request.window.from) },
  { title: 'to', cell: ({ request }) => formatInstant(request.window.to) },
  { title: 'wanted (days)', align: 'right', cell: ({ request }) => formatDays(lengthMs(request.window)) },
  { title: 'collected', align: 'right', cell: ({ collectedMs }) => formatDays(collectedMs) },
  { title: 'not published', align: 'right', cell: ({ notPublishedMs }) => formatDays(notPublishedMs) },
  { title: 'awaited', align: 'right', cell: ({ awaited }) => describeAwaited(awaited) },
  { title: 'missing', cell: describeMissing },
];

const AWAITED =
  'Awaited: the source had no value for it yet, in the future or in the last 30 days. Where it is kept current, polls ask again; elsewhere the same command does, later.';

/**
 * What the ledger holds of what a backfill wanted.
 *
 * @param inVain - windows of the backfill that brought nothing
 */
export function describeCompleteness(items: readonly Completeness[], inVain = 0): string[] {
  const incomplete = items.filter(({ missing }) => missing.length > 0).length;
  return [
    ...textTable(
      COLUMNS,
      items.toSorted((a, b) => byDatasetAndArea(a.request, b.request)),
    ),
    incomplete === 0
      ? describeComplete(inVain)
      : `Incomplete: ${formatCount(incomplete)} of ${formatCount(items.length)} miss something.`,
    ...(items.some(({ awaited }) => awaited.length > 0) ? [AWAITED] : []),
  ];
}

function describeComplete(inVain: number): string {
  if (inVain === 0) return 'Complete: all of it was answered.';
  return `Complete, but by other answers: ${formatMany(inVain, 'window')} of this backfill brought nothing.`;
}

/** The same of a backfill that has not ended, whose list would be as long as alarming. */
export function describeCompletenessSoFar(items: readonly Completeness[]): string {
  const complete = items.filter(({ missing }) => missing.length === 0).length;
  return `${formatCount(complete)} of ${formatMany(items.length, 'dataset')} of an area answered as a whole so far.`;
}

function describeAwaited(awaited: readonly TimeWindow[]): string {
  const milliseconds = awaited.reduce((sum, range) => sum + lengthMs(range), 0);
  return milliseconds === 0 ? '0' : formatRoughDuration(milliseconds / 1000);
}

function describeMissing({ missing }: Completeness): string {
  if (missing.length === 0) return 'nothing';
  const days = formatDays(missing.reduce((sum, range) => sum + lengthMs(range), 0));
  const ranges = missing.slice(0, NAMED_RANGES).map(formatRange).join(' ');
  const rest = missing.length > NAMED_RANGES ? ` and ${formatCount(missing.length - NAMED_RANGES)} more` : '';
  return `${days}: ${ranges}${rest}`;
}
