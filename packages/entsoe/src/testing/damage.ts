import fc from 'fast-check';

/** Something done to a document, as text of one character a byte. */
export interface Damage {
  readonly name: string;
  readonly apply: (document: string) => string;
}

type Span = readonly [start: number, end: number];

/** Finds what is to be damaged. `place` is from 0 to 1 (exclusive); null if there is nothing of the kind. */
type Locate = (document: string, place: number) => Span | null;

// Without bias: otherwise most damages would hit the first bytes.
const place = fc.noBias(fc.nat(999_999)).map((millionths) => millionths / 1_000_000);

function damage<T>(
  name: string,
  locate: Locate,
  parameters: fc.Arbitrary<T>,
  replace: (found: string, parameter: T) => string,
): fc.Arbitrary<Damage> {
  return fc.tuple(place, parameters).map(([at, parameter]) => ({
    name: `${name} ${JSON.stringify(parameter)?.slice(0, 40)} at ${at}`,
    apply(document) {
      const span = locate(document, at);
      if (span === null) return document;
      return (
        document.slice(0, span[0]) + replace(document.slice(...span), parameter) + document.slice(span[1])
      );
    },
  }));
}

/** Two elements that do not overlap. */
function damageTwo(name: string, replace: (first: string, second: string) => readonly [string, string]) {
  return fc.tuple(place, place).map(
    ([one, other]): Damage => ({
      name: `${name} at ${one}, ${other}`,
      apply(document) {
        const spans = [element(document, one), element(document, other)].filter((span) => span !== null);
        const [first, second] = spans.sort(([a], [b]) => a - b);
        if (first === undefined || second === undefined || first[1] > second[0]) return document;
        const [left, right] = replace(document.slice(...first), document.slice(...second));
        const between = document.slice(first[1], second[0]);
        return document.slice(0, first[0]) + left + between + right + document.slice(second[1]);
      },
    }),
  );
}

function byte(document: string, at: number): Span {
  const index = Math.floor(at * document.length);
  return [index, Math.min(index + 1, document.length)];
}

function rest(document: string, at: number): Span {
  return [Math.floor(at * document.length), document.length];
}

/** Some characters: few or many, whatever the place. */
function stretch(document: string, at: number): Span {
  const start = Math.floor(at * document.length);
  return [start, start + 1 + Math.floor(((at * 7_919) % 1) ** 3 * 2_000)];
}

/** An element, however much it holds. */
function element(document: string, at: number): Span | null {
  const tag = matching(/<[A-Za-z][^\s<>/]*(?:\s[^<>]*)?(?<!\/)>/g)(document, at);
  if (tag === null) return null;
  const endTag = `</${nameOf(document.slice(...tag))}>`;
  const end = document.indexOf(endTag, tag[1]);
  return end === -1 ? null : [tag[0], end + endTag.length];
}

function matching(pattern: RegExp): Locate {
  return (document, at) => {
    const matches = [...document.matchAll(pattern)];
    const match = matches[Math.floor(at * matches.length)];
    return match === undefined ? null : [match.index, match.index + match[0].length];
  };
}

function nameOf(tag: string): string {
  return /^<\/?([^\s<>/]+)/.exec(tag)?.[1] ?? '';
}

/** Not so often that the document gets larger than any real one. */
function repeat(found: string, times: number): string {
  return found.repeat(Math.min(times, 1 + Math.floor(2_000_000 / found.length)));
}

/** One character a byte of UTF-8. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}

// biome-ignore format: a list of words
const FRAGMENTS = [
  '<', '>', '&', '"', '/', '=', ' ', '\0', '\r', '\uFEFF', '\uFFFE', '\xA0', 'é', '\u{1F50B}',
  '<!--', '-->', '<![CDATA[', ']]>', '<?', '?>', '<!DOCTYPE a [<!ENTITY b "c">]>', '<?xml version="1.1"?>',
  '&lt;', '&#48;', '&#x110000;', '&nbsp;', '&lt;'.repeat(2_000),
  '<Period>', '</Period>', '<Point>', '</Point>', '<TimeSeries>', '<a/>', '<a:b/>', 'PK\x03\x04',
  '<b>'.repeat(50), '<b/>'.repeat(3_000), ' '.repeat(3_000), '9'.repeat(400), '<!-- -->'.repeat(1_000),
];

// biome-ignore format: a list of words
const NUMBERS = [
  '', '0', '-0', '-1', '+1', '1.0', '1.5', '.5', '5.', '007', '1e3', '1E400', '1e308', 'NaN', 'Infinity', '0x10',
  '1,5', '1 000', '٣', '１２', '²', '4294967296', '9007199254740992', '9007199254740993', '9'.repeat(90), '9'.repeat(200),
  `0.${'3'.repeat(90)}`, 'null', '--1', '1-', '\u22121',
];

// biome-ignore format: a list of words
const RESOLUTIONS = [
  '', 'PT1S', 'PT4S', 'PT1M', 'PT15M', 'PT30M', 'PT60M', 'PT1H', 'PT24H', 'P1D', 'P7D', 'P1W', 'P1M', 'P3M', 'P1Y',
  'PT0S', 'P0D', 'PT', 'P', '-PT1H', 'PT1.5H', 'P1DT1H', 'PT99999H', 'P99999Y', 'P99999W', 'PT999999S', 'pt15m', '15',
];

// biome-ignore format: a list of words
const INSTANTS = [
  '', '2024-01-01T00:00Z', '2024-03-31T01:00Z', '2024-10-27T00:30Z', '2024-01-01T00:00+01:00', '2024-01-01T00:00:00.5Z',
  '2024-01-01T00:00:00.0001Z', '2024-02-30T00:00Z', '2023-02-29T00:00Z', '2024-13-01T00:00Z', '2024-01-01T24:00Z',
  '2024-01-01T00:00:60Z', '2024-01-01', '2024-01-01T00:00', '1899-12-31T23:59Z', '1900-01-01T00:00Z', '2200-01-01T00:00Z',
  '2200-01-01T00:01Z', '9999-12-31T23:00Z', '+275760-09-13T00:00Z', '-000001-01-01T00:00Z', '0000-01-01T00:00Z',
  '2024-01-01T00:00-00:00', '2024-01-01T00:00+99:99', '2024-01-01T00:00Z[UTC]', '20240101T0000Z', '٢٠٢٤-01-01T00:00Z',
];

// biome-ignore format: a list of words
const NAMES = [
  'Period', 'Point', 'TimeSeries', 'position', 'quantity', 'resolution', 'timeInterval', 'start', 'end', 'mRID',
  'curveType', 'type', 'outBiddingZone_Domain.mRID', 'quantity_Measurement_Unit.name', 'GL_MarketDocument',
  'Acknowledgement_MarketDocument', 'x', 'x:Period', 'Pint', 'é', '1', 'xmlns', 'a'.repeat(200), '__proto__',
];

// biome-ignore format: a list of words
const ATTRIBUTES = [
  ' a="1"', ' a="1" a="2"', ' xmlns="urn:x"', ' xmlns:x="urn:x"', ' x:y="1"', ' xmlns:x=""', " a='>'", ' a="<"', ' a=1',
  ' a', '\n', ' a="&lt;"', Array.from({ length: 40 }, (_, i) => ` a${i}=""`).join(''), ` a="${'1'.repeat(5_000)}"`,
];

const nothing = fc.constant(null);

/** Damages that need no XML: bytes flipped, cut, doubled, put in. */
export const byteDamageArbitrary: fc.Arbitrary<Damage> = fc.oneof(
  damage('flip a bit', byte, fc.nat(7), (found, bit) =>
    String.fromCharCode(found.charCodeAt(0) ^ (1 << bit)),
  ),
  damage('set a byte', byte, fc.nat(127), (_, code) => String.fromCharCode(code)),
  damage('cut off', rest, nothing, () => ''),
  damage('cut out', stretch, nothing, () => ''),
  damage('double', stretch, fc.integer({ min: 2, max: 20 }), repeat),
  damage('put in', byte, fc.constantFrom(...FRAGMENTS), (found, text) => bytesOf(text) + found),
);

const markupDamageArbitrary: fc.Arbitrary<Damage> = fc.oneof(
  damage('delete an element', element, nothing, () => ''),
  damage('double an element', element, fc.integer({ min: 2, max: 40 }), repeat),
  damage('empty an element', element, nothing, (found) => `<${nameOf(found)}/>`),
  damage('rename an element', element, fc.constantFrom(...NAMES), (found, name) =>
    found.replace(/^<[^\s<>/]+/, bytesOf(`<${name}`)).replace(/<\/[^<]*$/, bytesOf(`</${name}>`)),
  ),
  damage('nest an element', element, fc.constantFrom(1, 2, 10, 40, 3_000), (found, depth) => {
    const name = nameOf(found);
    return `<${name}>`.repeat(depth) + found + `</${name}>`.repeat(depth);
  }),
  damageTwo('swap elements', (first, second) => [second, first]),
  damageTwo('move an element', (first, second) => ['', second + first]),
  damageTwo('copy an element', (first, second) => [first, second + first]),
  damage('rename a tag', matching(/<\/?[^\s<>!?]+/g), fc.constantFrom(...NAMES), (found, name) =>
    bytesOf(found.startsWith('</') ? `</${name}` : `<${name}`),
  ),
  damage(
    'put attributes in',
    matching(/<[A-Za-z][^\s<>/]*(?=>)/g),
    fc.constantFrom(...ATTRIBUTES),
    (tag, attributes) => tag + attributes,
  ),
);

const contentDamageArbitrary: fc.Arbitrary<Damage> = fc.oneof(
  replace('a number', /(?<=>)[+-]?[\d.]+(?=<)/g, NUMBERS),
  replace('a position', /(?<=<position>)[^<]*/g, [
    ...NUMBERS,
    '1',
    '2',
    '3',
    '12',
    '96',
    '100000',
    '10000000',
  ]),
  replace('a resolution', /(?<=<resolution>)[^<]*/g, RESOLUTIONS),
  replace('an instant', /(?<=>)\d{4}-\d\d-\d\dT[^<]*/g, INSTANTS),
  replace('a code', /(?<=>)[A-Z]\d\d(?=<)/g, ['A01', 'A02', 'A03', 'A04', 'A05', 'A16', 'A65', 'a03', '']),
  replace('an area', /(?<=>)10Y[^<]*/g, [
    '10YFI-1--------U',
    '10YGB----------A',
    'constructor',
    'x'.repeat(101),
    ' ',
  ]),
  replace(
    'an interval with a century',
    /<timeInterval>.*?<\/resolution>/gs,
    ['PT1S', 'PT4S', 'PT1M', 'PT60M', 'P1D', 'P7D', 'P1Y'].map(
      (resolution) =>
        `<timeInterval><start>1950-01-01T00:00Z</start><end>2050-01-01T00:00Z</end></timeInterval><resolution>${resolution}</resolution>`,
    ),
  ),
);

function replace(what: string, pattern: RegExp, texts: readonly string[]): fc.Arbitrary<Damage> {
  return damage(`replace ${what}`, matching(pattern), fc.constantFrom(...texts), (_, text) => bytesOf(text));
}

/** One to three damages; those that may leave a document well-formed more often, since others are soon refused. */
export const damagesArbitrary: fc.Arbitrary<Damage[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: byteDamageArbitrary },
    { weight: 3, arbitrary: markupDamageArbitrary },
    { weight: 4, arbitrary: contentDamageArbitrary },
  ),
  { minLength: 1, maxLength: 3 },
);
