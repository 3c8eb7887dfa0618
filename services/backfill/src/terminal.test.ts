import { expect, it } from 'vitest';
import { createTerminal, cutLine } from './terminal.ts';

it.each([
  ['35 %, 1,035 windows', 19, '35 %, 1,035 windows'],
  ['35 %, 1,035 windows', 18, '35 % …'],
  ['35 %, 1,035 windows, ended', 21, '35 %, 1,035 windows …'],
  ['1,035 windows', 8, '1,035 wi'],
])('%s on %i columns', (line, width, shown) => {
  expect(cutLine(line, width)).toBe(shown);
});

it('shows a line over the last one, and never one that would wrap', () => {
  let written = '';
  const stream = {
    isTTY: true,
    columns: 12,
    write(text: string) {
      written += text;
      return true;
    },
  };
  const terminal = createTerminal(stream);
  terminal.show('35 %, 1,035 windows');
  terminal.print('done');
  expect(written).toBe('\r\x1b[2K35 % …\r\x1b[2Kdone\n');
});
