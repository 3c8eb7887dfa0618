import {
  formatBytes,
  formatCount,
  formatDays,
  formatDuration,
  formatInstant,
  formatMany,
} from './figures.ts';
import type { PlannedItem } from './plan.ts';
import { type Column, textTable } from './text-table.ts';
import type { LeftOut } from './wanted-items.ts';

const BASES = {
  item: 'what is stored of it',
  dataset: 'other areas',
  resolution: 'its finest resolution',
} as const satisfies Record<PlannedItem['estimate']['basis'], string>;

const COLUMNS: readonly Column<PlannedItem>[] = [
  { title: 'dataset', cell: ({ dataset }) => dataset.id },
  { title: 'area', cell: ({ area }) => area.code },
  { title: 'from', cell: ({ wanted }) => formatInstant(wanted.from) },
  { title: 'to', cell: ({ wanted }) => formatInstant(wanted.to) },
  { title: 'there (days)', align: 'right', cell: ({ collectedMs }) => formatDays(collectedMs) },
  { title: 'not published', align: 'right', cell: ({ notPublishedMs }) => formatDays(notPublishedMs) },
  { title: 'to ask', align: 'right', cell: ({ toAskMs }) => formatDays(toAskMs) },
  { title: 'windows', align: 'right', cell: ({ windows }) => formatCount(windows.length) },
  { title: 'points', align: 'right', cell: ({ estimate }) => formatCount(estimate.points) },
  { title: 'bytes', align: 'right', cell: ({ estimate }) => formatBytes(estimate.bytes) },
  { title: 'estimated from', cell: ({ estimate }) => BASES[estimate.basis] },
];

/** The plan in full: a line per dataset and area, what was left out, and the totals. */
export function describePlan(
  items: readonly PlannedItem[],
  leftOut: readonly LeftOut[],
  budgets: ReadonlyMap<string, number>,
): string[] {
  return [...textTable(COLUMNS, items), ...describeLeftOut(leftOut), '', ...describeTotals(items, budgets)];
}

/** What was named and cannot be asked for, a line per reason and dataset. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  return leftOut.map(({ dataset, area, reason }) => `left out: ${dataset.id} of ${area.code}: ${reason}`);
}

/**
 * The sums of a plan, and how long it takes.
 *
 * @param budgets - requests per minute, by source id
 */
export function describeTotals(
  items: readonly PlannedItem[],
  budgets: ReadonlyMap<string, number>,
): string[] {
  const windows = sum(items, (item) => item.windows.length);
  if (windows === 0) return ['Nothing to ask for: all of it was answered before (--again asks once more).'];
  const points = sum(items, ({ estimate }) => estimate.points);
  const bytes = sum(items, ({ estimate }) => estimate.bytes);
  const waiting = sum(items, ({ waitingWindows }) => waitingWindows);
  const answered = sum(items, ({ answeredWindows }) => answeredWindows);
  return [
    `${formatMany(windows, 'window')} = ${formatMany(windows - answered, 'request')} (more where one is too large and has to be split), ` +
      `about ${formatMany(points, 'point')} in ${formatBytes(bytes)}.`,
    ...(waiting === 0
      ? []
      : [
          `${formatCount(waiting)} of them wait to be asked for already: once is enough for all who want them.`,
        ]),
    ...(answered === 0
      ? []
      : [`${formatCount(answered)} of them are answered already, and wait to be processed.`]),
    ...[...Map.groupBy(items, ({ dataset }) => dataset.source)].map(([source, ofSource]) => {
      const requests = sum(ofSource, (item) => item.windows.length - item.answeredWindows);
      const perMinute = budgets.get(source);
      if (perMinute === undefined) throw new Error(`source ${source} has no budget`);
      const duration = formatDuration((requests / perMinute) * 60);
      return `${source}: ${duration} at ${formatMany(perMinute, 'request')} a minute, beside nothing else.`;
    }),
  ];
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0);
}
