import type { WriteStream } from 'node:tty';

/** Where a person, or a log, reads what a command does. */
export interface Terminal {
  /** Whether a line can be written over. */
  readonly isInteractive: boolean;
  /** Writes lines that stay. */
  print(...lines: readonly string[]): void;
  /** Writes a line over the last one that was shown; only where that is possible. */
  show(line: string): void;
}

/** Back to the start of the line, and clear it. */
const CLEAR = '\r\x1b[2K';

/** Of a terminal that does not say. */
const USUAL_COLUMNS = 80;

export function createTerminal(stream: Pick<WriteStream, 'write' | 'isTTY' | 'columns'>): Terminal {
  let isShowing = false;
  return {
    isInteractive: stream.isTTY === true,
    print(...lines) {
      stream.write(`${isShowing ? CLEAR : ''}${lines.map((line) => `${line}\n`).join('')}`);
      isShowing = false;
    },
    show(line) {
      // A line that wraps could not be written over.
      stream.write(`${CLEAR}${cutLine(line, (stream.columns || USUAL_COLUMNS) - 1)}`);
      isShowing = true;
    },
  };
}

const CUT = ' …';

/** Cuts a line to `width` columns, behind a part that ends with a comma if it can: half a number would be another one. */
export function cutLine(line: string, width: number): string {
  if (line.length <= width) return line;
  const end = line.lastIndexOf(', ', width - CUT.length);
  return end > 0 ? `${line.slice(0, end)}${CUT}` : line.slice(0, width);
}
