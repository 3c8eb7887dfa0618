/** A column of a table, and how a row fills it. */
export interface Column<Row> {
  readonly title: string;
  /** Figures stand at the right. */
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

/** Rows as lines of aligned columns, the titles on top. */
export function textTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const filled = columns.map(({ title, align = 'left', cell }) => {
    const cells = [title, ...rows.map(cell)];
    const width = Math.max(...cells.map((text) => text.length));
    return cells.map((text) => (align === 'left' ? text.padEnd(width) : text.padStart(width)));
  });
  return [undefined, ...rows].map((_, line) =>
    filled
      .map((cells) => cells[line] ?? '')
      .join('  ')
      .trimEnd(),
  );
}
