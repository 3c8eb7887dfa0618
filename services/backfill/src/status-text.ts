import type { PriorityBacklog, RecentFailure } from '@energy-data-service/db';
import { commandLine } from '@energy-data-service/runtime';
import {
  FRESHNESS,
  type Freshness,
  type ItemStatus,
  type Problem,
  type SourceStatus,
  type Status,
} from '@energy-data-service/status';
import {
  compareText,
  formatArea,
  formatCount,
  formatDuration,
  formatInstant,
  formatMany,
  formatRange,
  formatRoughDuration,
} from './figures.ts';
import { describeProgress, reasonOf } from './progress-text.ts';
import { silencesIn } from './silences.ts';
import { type Column, textTable } from './text-table.ts';
import { wrapText } from './wrap-text.ts';

/** Columns that a line may have. */
const WIDTH = 100;

/** What needs a look, the worst first. */
const WORTH_A_LOOK: readonly Freshness[] = ['failing', 'late', 'behind', 'awaited'];

/** Named at most, unless all are wanted. */
const NAMED_ITEMS = 15;
const NAMED_FAILURES = 5;

/**
 * How the work goes, for a person at a terminal: what is wrong first, then what that rests on.
 *
 * @param all - names every dataset of every area
 */
export function describeStatus(status: Status, all: boolean): string[] {
  const parts = [
    describeOverall(status),
    describeSources(status),
    describeBacklog(status),
    describeItems(status, all),
    describeBackfills(status),
    describeFailures(status),
  ];
  return parts.filter((lines) => lines.length > 0).flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

function describeOverall({ problems, items, now, lastRoundAt }: Status): string[] {
  const round = lastRoundAt === null ? 'none' : `${since(lastRoundAt, now)} ago`;
  return [
    problems.length === 0
      ? describeWellBeing(items)
      : `${formatMany(problems.length, 'thing')} ${problems.length === 1 ? 'needs' : 'need'} a person:`,
    ...problems.flatMap(describeProblem),
    `At ${formatInstant(now)}; last round of a scheduler: ${round}.`,
  ];
}

function describeWellBeing(items: readonly ItemStatus[]): string {
  const awaited = items.filter(({ freshness }) => freshness === 'awaited').length;
  if (awaited > 0)
    return `All is well; ${formatCount(awaited)} of ${formatMany(items.length, 'item')} to be answered.`;
  return items.some(({ freshness }) => freshness === 'current')
    ? 'All current.'
    : 'All is well; nothing is kept current.';
}

function describeProblem({ message, advice }: Problem): string[] {
  return [
    ...wrapText(reasonOf(message), WIDTH, '  - ', '    '),
    ...wrapText(advice, WIDTH, '    -> ', '       '),
  ];
}

function describeSources({ sources, now }: Status): string[] {
  const columns: readonly Column<SourceStatus>[] = [
    { title: 'source', cell: ({ source }) => source },
    { title: 'budget in use', cell: describeBudget },
    { title: 'may be asked', cell: (source) => describeAccess(source, now) },
  ];
  return sources.length === 0 ? [] : textTable(columns, sources);
}

function describeBudget({ requestsLastMinute, requestsPerMinute }: SourceStatus): string {
  const used = formatCount(requestsLastMinute);
  return requestsPerMinute === null ? used : `${used} of ${formatMany(requestsPerMinute, 'request')}`;
}

function describeAccess({ block, cutOffSince }: SourceStatus, now: Temporal.Instant): string {
  if (block !== null) return `not for ${since(now, block.until)}`;
  return cutOffSince === null ? 'yes' : `cut off for ${since(cutOffSince, now)}`;
}

function describeBacklog({ backlog, sources, answers, now }: Status): string[] {
  const figure = (
    title: string,
    key: 'pending' | 'retried' | 'paused' | 'fetched' | 'failed' | 'undecodable',
  ) => ({
    title,
    align: 'right' as const,
    cell: (row: PriorityBacklog) => formatCount(row[key]),
  });
  const columns: readonly Column<PriorityBacklog>[] = [
    { title: 'windows', cell: ({ priority }) => priority },
    figure('to ask for', 'pending'),
    {
      title: 'oldest',
      align: 'right',
      cell: ({ oldestPendingAt }) => (oldestPendingAt === null ? '' : since(oldestPendingAt, now)),
    },
    figure('in vain', 'retried'),
    figure('paused', 'paused'),
    figure('to process', 'fetched'),
    figure('failed (24 h)', 'failed'),
    figure('undecodable (24 h)', 'undecodable'),
  ];
  const { unprocessed, oldestUnprocessedAt, undecodable } = answers;
  const retried = sources.flatMap(({ source, retried }) =>
    retried === null ? [] : [{ source, ...retried }],
  );
  const oldest = oldestUnprocessedAt === null ? '' : `, the oldest for ${since(oldestUnprocessedAt, now)}`;
  return [
    ...(backlog.length === 0 ? ['No window waits.'] : textTable(columns, backlog)),
    ...retried.flatMap(({ source, error }) =>
      wrapText(`Tried in vain, and again later: ${source}: ${error}`, WIDTH, '', '  '),
    ),
    `Answers: ${formatCount(unprocessed)} to process${oldest}; ${formatCount(undecodable)} cannot be decoded.`,
  ];
}

function describeItems({ items, now }: Status, all: boolean): string[] {
  if (items.length === 0) return ['Nothing is stored or wanted.'];
  const columns: readonly Column<ItemStatus>[] = [
    { title: 'dataset', cell: ({ dataset }) => dataset },
    { title: 'area', cell: formatItemArea },
    { title: 'state', cell: ({ freshness }) => freshness },
    { title: 'last value', cell: ({ lastStartsAt }) => formatInstantOrNone(lastStartsAt) },
    {
      title: 'asked (ago)',
      align: 'right',
      cell: ({ lastAskedAt }) =>
        lastAskedAt === null ? 'never' : formatRoughDuration(secondsBetween(lastAskedAt, now)),
    },
    {
      title: 'gap',
      align: 'right',
      cell: ({ gapSeconds }) => (gapSeconds === 0 ? '' : formatRoughDuration(gapSeconds)),
    },
  ];
  if (all) return textTable(columns, sortByUrgency(items));
  const worthALook = sortByUrgency(items.filter(({ freshness }) => WORTH_A_LOOK.includes(freshness)));
  const left = worthALook.length - NAMED_ITEMS;
  return [
    ...(worthALook.length > 0 ? textTable(columns, worthALook.slice(0, NAMED_ITEMS)) : []),
    ...(left > 0 ? [`and ${formatCount(left)} more: ${commandLine('status --all')}`] : []),
    ...(worthALook.length > 0 ? [''] : []),
    ...summarizeItems(items),
  ];
}

/** The worst first; of equals by dataset and the code of the area. */
function sortByUrgency(items: readonly ItemStatus[]): ItemStatus[] {
  const urgency = ({ freshness }: ItemStatus) => {
    const place = WORTH_A_LOOK.indexOf(freshness);
    return place === -1 ? WORTH_A_LOOK.length : place;
  };
  const name = (item: ItemStatus) => `${item.dataset} ${formatItemArea(item)}`;
  return items.toSorted((a, b) => urgency(a) - urgency(b) || compareText(name(a), name(b)));
}

/** A line per dataset: how many of its areas are in which state, and the span of their last values. */
function summarizeItems(items: readonly ItemStatus[]): string[] {
  const columns: readonly Column<readonly ItemStatus[]>[] = [
    { title: 'dataset', cell: ([first]) => first?.dataset ?? '' },
    { title: 'areas', cell: countStates },
    { title: 'last values from', cell: (ofDataset) => formatInstantOrNone(lastValues(ofDataset)[0]) },
    { title: 'to', cell: (ofDataset) => formatInstantOrNone(lastValues(ofDataset).at(-1)) },
  ];
  return textTable(columns, [...Map.groupBy(items, ({ dataset }) => dataset).values()]);
}

function countStates(items: readonly ItemStatus[]): string {
  return [...Map.groupBy(items, ({ freshness }) => freshness)]
    .sort(([a], [b]) => FRESHNESS.indexOf(a) - FRESHNESS.indexOf(b))
    .map(([freshness, inState]) => `${formatCount(inState.length)} ${freshness}`)
    .join(', ');
}

/** Of the areas that are kept current, ascending. */
function lastValues(items: readonly ItemStatus[]): Temporal.Instant[] {
  return items
    .flatMap(({ lastStartsAt, freshness }) =>
      lastStartsAt === null || freshness === 'unscheduled' ? [] : [lastStartsAt],
    )
    .sort(Temporal.Instant.compare);
}

function describeBackfills(status: Status): string[] {
  const { backfills } = status;
  if (backfills.length === 0) return [];
  const silences = silencesIn(status);
  return [
    'Backfills:',
    ...backfills.flatMap((backfill) =>
      wrapText(`${backfill.id.slice(0, 8)} ${describeProgress(backfill, silences)}`, WIDTH, '  ', '    '),
    ),
  ];
}

function describeFailures({ failures, now }: Status): string[] {
  if (failures.length === 0) return [];
  return [
    'Last errors:',
    ...failures.slice(0, NAMED_FAILURES).flatMap((failure) => describeFailure(failure, now)),
    ...(failures.length > NAMED_FAILURES ? [`  older ones: ${commandLine('status --json')}`] : []),
  ];
}

function describeFailure({ failedAt, request, error }: RecentFailure, now: Temporal.Instant): string[] {
  const { dataset, window } = request;
  return [
    `  ${since(failedAt, now)} ago: ${dataset} ${formatItemArea(request)} ${formatRange(window)}`,
    ...wrapText(error, WIDTH, '    ', '    '),
  ];
}

function formatItemArea({ area, counterArea }: { area: string; counterArea: string | null }): string {
  return counterArea === null ? formatArea(area) : `${formatArea(area)}>${formatArea(counterArea)}`;
}

function formatInstantOrNone(instant: Temporal.Instant | null | undefined): string {
  return instant == null ? '' : formatInstant(instant);
}

function since(from: Temporal.Instant, to: Temporal.Instant): string {
  return formatDuration(secondsBetween(from, to));
}

function secondsBetween(from: Temporal.Instant, to: Temporal.Instant): number {
  return Math.max(0, to.epochMilliseconds - from.epochMilliseconds) / 1_000;
}
