/**
 * Cuts text at blanks into lines of at most `width` columns; a word that is longer than a line is cut as well.
 *
 * @param first - begins the first line
 * @param others - begins the others
 */
export function wrapText(text: string, width: number, first: string, others: string): string[] {
  const lines: string[] = [];
  let line = '';
  const indent = () => (lines.length === 0 ? first : others);
  const end = () => lines.push(`${indent()}${line}`);
  for (const word of text.trim().split(/\s+/)) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (indent().length + joined.length <= width) {
      line = joined;
      continue;
    }
    if (line !== '') end();
    line = word;
    while (indent().length + line.length > width) {
      const room = width - indent().length;
      const rest = line.slice(room);
      line = line.slice(0, room);
      end();
      line = rest;
    }
  }
  end();
  return lines;
}
