import { DocumentError } from '@energy-data-service/domain';
import { propertyRuns } from '@energy-data-service/test-support/property-runs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectRequest } from './fixtures/collect-request.ts';
import { loadDocument, point } from './fixtures/load-document.ts';
import { type Period, readPeriod } from './period.ts';
import { createPeriodScanner } from './period-scanner.ts';
import { readBothWays } from './testing/both-ways.ts';
import { parseXml } from './xml.ts';

const PLACE = {};
const TOO_MUCH_MARKUP = 'answer has too much markup: ask for a shorter window';

/** The Period as the scanner reads it; null if it leaves it to the parser. */
function scan(document: string): Period | null {
  const scanner = createPeriodScanner('Period', 'quantity');
  parseXml(document, { scanner });
  return [...scanner.periods.values()][0] ?? null;
}

/** The Period as it is read from the parser's elements. */
function read(document: string): Period {
  const root = parseXml(document);
  return readPeriod(root, 'quantity', PLACE);
}

const REGULAR =
  '<Period> <timeInterval><start>2024-01-14T23:00Z</start>\r\n<end>2024-01-15T23:00Z</end></timeInterval><resolution>PT15M</resolution>' +
  '<Point><position>1</position><quantity>-8.50</quantity></Point>\t<Point>\n<position>96</position></Point></Period>';
/** One a Point: they are far apart. */
const REGULAR_BLOCKS = 2;

describe('the scanner', () => {
  it('reads the regular shape, white space between elements or not', () => {
    expect(scan(REGULAR)).toEqual({
      start: '2024-01-14T23:00Z',
      end: '2024-01-15T23:00Z',
      resolution: 'PT15M',
      positions: [1, 96],
      spellings: new Map(),
      values: ['-8.50', null],
    });
  });

  it.each([
    ['an attribute', '<Point>', '<Point a="1">'],
    ['a comment', '<Point>', '<!-- --><Point>'],
    ['a CDATA section', '-8.50', '<![CDATA[-8.50]]>'],
    ['an entity', '-8.50', '&#45;8.50'],
    ['white space around a value', '-8.50', ' -8.50'],
    ['a leading zero', '>96<', '>096<'],
    ['a plus sign', '-8.50', '+8.50'],
    ['an unknown element', '<quantity>', '<quality>A04</quality><quantity>'],
    ['an element after the Points', '</Period>', '<other/></Period>'],
  ])('leaves %s to the parser, which reads it', (_, from, to) => {
    const document = REGULAR.replace(from, to);
    expect(scan(document)).toBeNull();
    expect(read(document).positions).toEqual([1, 96]);
  });

  it.each([
    ['a number that is none', '-8.50', '-8.5.0'],
    ['a position 0', '>96<', '>0<'],
    ['a missing end tag', '</Point></Period>', '</Period>'],
    ['a NUL', '-8.50', '-8\0.50'],
    ['nothing for a resolution', 'PT15M', ''],
  ])('leaves %s to the parser, which refuses it', (_, from, to) => {
    const document = REGULAR.replace(from, to);
    expect(() => scan(document) ?? read(document)).toThrow(DocumentError);
  });
});

describe('scanner and parser, at their limits', () => {
  const minutes = (count: number, gap = '') =>
    loadDocument({
      start: '2023-12-31T23:00Z',
      end: '2024-12-31T23:00Z',
      resolution: 'PT1M',
      points: Array.from({ length: count }, (_, i) => `${point(i + 1, '7')}${gap}`).join(''),
    });
  const outcome = (document: string) => {
    const found = readBothWays(collectRequest(), new TextEncoder().encode(document));
    return found instanceof DocumentError ? found.message : found.observations.length;
  };

  it.each([
    ['150,000 spaces after a start tag', REGULAR.replace('>', `>${' '.repeat(150_000)}`), 'text is too long'],
    ['150,000 line feeds between Points', minutes(2, '\n'.repeat(150_000)), 'text is too long'],
    [
      '2.2 million ends of lines, few at a time',
      minutes(4_401, '\r\n'.repeat(500)),
      'answer has too much white space: ask for a shorter window',
    ],
    ['2.3 million ends of lines in one place', minutes(2, '\r\n'.repeat(2_300_000)), 'text is too long'],
    ['a stretch of white space that the scanner leaves', minutes(2, ' '.repeat(50_000)), 1],
    ['170,000 Points', minutes(170_000), 1],
    ['more Points than there are minutes in a year', minutes(540_000), TOO_MUCH_MARKUP],
  ])('agree on %s', { timeout: 120_000 }, (_, document, expected) => {
    const whole = document.startsWith('<Period>') ? loadDocument({ periods: document }) : document;
    expect(outcome(whole)).toBe(expected);
  });

  it.each([
    ['white space behind a start tag', (n: number) => REGULAR.replace('>', `>${' '.repeat(n)}`), '<Period> '],
    ['white space behind an end tag', (n: number) => `${REGULAR}${' '.repeat(n)}`, '</Period>'],
    [
      'a comment that holds a start tag',
      (n: number) => `<!--<Period>${'x'.repeat(n)}-->${REGULAR}`,
      '<Period>-->',
    ],
  ])('agree to the character on the longest text without a tag: %s', (_, periods, around) => {
    const longest = 100_000 - (around.length - '<'.length);
    for (let n = 99_980; n <= 100_020; n++) {
      const expected = n > longest ? 'text is too long' : REGULAR_BLOCKS;
      const found = outcome(loadDocument({ periods: periods(n) }));
      expect(found, `${n} characters`).toBe(expected);
    }
  });

  it('agree on which of two faults is told, the nearer one', () => {
    const periods = `${REGULAR}<a></b>${REGULAR}${'<!---->'.repeat(3_200_000)}`;
    expect(outcome(loadDocument({ periods }))).toBe('document is not well-formed XML');
  });
});

/** Texts of a Point: most of them regular, some valid in an unusual way, some wrong. */
const pointText = fc
  .record({
    position: fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 1, max: 12 }).map(String) },
      { weight: 1, arbitrary: fc.constantFrom('0', '-1', '007', ' 3 ', '1.5', '', '999999999999', '&#49;') },
    ),
    value: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom('0', '7', '-7.50', '8123.123456', null) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '',
          ' 1 ',
          '+1',
          '.5',
          '5.',
          '1e3',
          '1,5',
          '<![CDATA[4]]>',
          '<b/>',
          '&amp;',
          '1'.repeat(30),
        ),
      },
    ),
    gap: fc.constantFrom('', '', '', '\n  ', '\r\n\t'),
    before: fc.oneof(
      { weight: 30, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.constantFrom('<!-- x -->', '<other/>', 'x', '</Period>', '<Period>') },
    ),
    valueFirst: fc.integer({ min: 0, max: 30 }).map((n) => n === 0),
  })
  .map(({ position, value, gap, before, valueFirst }) => {
    const parts = [`<position>${position}</position>`, value === null ? '' : `<quantity>${value}</quantity>`];
    if (valueFirst) parts.reverse();
    return `${before}<Point>${gap}${parts.join(gap)}${gap}</Point>${gap}`;
  });

describe('scanner and parser', () => {
  it('agree on every document: the same answer, or the same refusal', () => {
    fc.assert(
      fc.property(
        fc.array(pointText, { maxLength: 6 }),
        fc.constantFrom('A01', 'A03'),
        (points, curveType) => {
          const document = loadDocument({
            curveType: `<curveType>${curveType}</curveType>`,
            end: '2024-01-15T09:00Z',
            points: points.join(''),
          });
          readBothWays(collectRequest(), new TextEncoder().encode(document));
        },
      ),
      { numRuns: propertyRuns(1_000) },
    );
  });
});
