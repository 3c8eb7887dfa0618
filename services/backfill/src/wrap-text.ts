/**
 * Cuts text at blanks into lines of at most `width` columns; a longer word is cut where it has to be.
 *
 * @param first - begins the first line
 * @param others - begins the others
 */
export function wrapText(text: string, width: number, first: string, others: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  const end = () => {
    lines.push(line);
    line = others;
    isEmpty = true;
  };
  for (let word of text.split(/\s+/).filter((part) => part !== '')) {
    if (!isEmpty && line.length + 1 + word.length > width) end();
    if (!isEmpty) line += ' ';
    while (line.length + word.length > width) {
      const room = width - line.length;
      line += word.slice(0, room);
      word = word.slice(room);
      end();
    }
    line += word;
    isEmpty = isEmpty && word === '';
  }
  if (!isEmpty) end();
  return lines;
}
