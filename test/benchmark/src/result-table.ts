import type { Result } from './result.ts';

const NUMBER = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: true });
const HEAD = ['name', 'value', 'reference', 'unit', 'ratio', 'wanted', 'holds'] as const;

/** The results as lines of aligned columns, a head on top. */
export function resultTable(results: readonly Result[]): string {
  const rows = results.map(({ name, value, reference, unit, ratio, wanted, holds }) => [
    name,
    NUMBER.format(value),
    NUMBER.format(reference),
    unit,
    NUMBER.format(ratio),
    wanted,
    holds ? 'yes' : 'NO',
  ]);
  const widths = HEAD.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [[...HEAD], ...rows]
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
