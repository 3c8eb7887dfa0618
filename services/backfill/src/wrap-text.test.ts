import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapText } from './wrap-text.ts';

it('cuts at blanks, and begins the first line and the others as it is told', () => {
  expect(wrapText('one two three four', 12, '- ', '  ')).toEqual(['- one two', '  three four']);
});

it('cuts a word that is longer than a line', () => {
  expect(wrapText('a 123456789', 6, '- ', '  ')).toEqual(['- a', '  1234', '  5678', '  9']);
});

it('gives one line for no text', () => {
  expect(wrapText('', 10, '- ', '  ')).toEqual(['- ']);
});

it('keeps every letter, and no line is too long', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 3, max: 20 }), (text, width) => {
      const lines = wrapText(text, width, '- ', '  ');
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
      expect(
        lines
          .map((line) => line.slice(2))
          .join('')
          .replace(/\s/g, ''),
      ).toBe(text.replace(/\s/g, ''));
    }),
  );
});
