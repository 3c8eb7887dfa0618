import { acknowledgement } from '../fixtures/acknowledgement.ts';
import { zipFile } from '../fixtures/zip-file.ts';
import {
  type AnswerDescription,
  type DocumentDescription,
  entryName,
  type PeriodDescription,
  type SeriesDescription,
} from './answer-description.ts';

/**
 * Writes an answer in one of the countless ways in which XML lets it be written.
 *
 * @param choices - decide every way in turn, over and over; of zeros alone comes the plainest document
 */
export function writeAnswer(
  { dataset, zipped, documents }: AnswerDescription,
  choices: readonly number[],
): Uint8Array {
  const choose = createChoose(choices);
  const texts = documents.map((document) =>
    document === null
      ? acknowledgement(`No matching data found for ${dataset}`)
      : writeDocument(document, choose),
  );
  return zipped
    ? zipFile(texts.map((content, i) => ({ name: entryName(i), content })))
    : new TextEncoder().encode(texts.join(''));
}

/** One of the options; repeat one to make it more likely, and put the plainest first. */
type Choose = <T>(...options: readonly [T, ...T[]]) => T;

function createChoose(choices: readonly number[]): Choose {
  let taken = 0;
  return (...options) => {
    const choice = choices[taken % choices.length] ?? 0;
    taken++;
    return options[choice % options.length] ?? options[0];
  };
}

const plainly: Choose = (first) => first;

function writeDocument(document: DocumentDescription, choose: Choose): string {
  const head = [
    ...optional(choose, 'mRID', document.mrid),
    choose('', '<revisionNumber>1</revisionNumber>'),
    ...optional(choose, 'type', document.type),
    ...optional(choose, 'process.processType', document.processType),
    choose(
      '',
      '<sender_MarketParticipant.mRID codingScheme="A01">10X1001A1001A450</sender_MarketParticipant.mRID>',
    ),
    choose('', '<createdDateTime>2026-05-07T13:17:27Z</createdDateTime>'),
    choose('', '<docStatus><value>A02</value></docStatus>'),
    choose(
      '',
      '<time_Period.timeInterval><start>2023-01-01T00:00Z</start><end>2023-01-02T00:00Z</end></time_Period.timeInterval>',
    ),
  ];
  const series = document.series.map((one) => element(choose, 'TimeSeries', seriesContent(one, choose)));
  const content = join(choose, choose([...head, ...series], [...series, ...head]));
  const name = `${choose('', '', 'p:')}${document.root}`;
  const namespaces = `${choose('', ' xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0"')} xmlns:p="urn:p" xmlns:q-1.x='urn:q'`;
  const text = `${choose('', '<?xml version="1.0" encoding="UTF-8"?>', "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n<!-- <Period> -->")}<${name}${namespaces}>${content}</${name}>${choose('', '\n', '<!-- end --> <?end?>')}`;
  return `${choose('', '', '\uFEFF')}${choose(false, false, true) ? text.replaceAll('\n', '\r\n') : text}`;
}

function seriesContent(series: SeriesDescription, choose: Choose): string {
  const fields = [
    ...optional(choose, 'mRID', series.mrid),
    ...optional(choose, 'businessType', series.businessType),
    ...optional(choose, 'objectAggregation', series.objectAggregation),
    ...optional(choose, 'outBiddingZone_Domain.mRID', series.area),
    ...optional(choose, choose('quantity_Measure_Unit.name', 'quantity_Measurement_Unit.name'), series.unit),
    ...optional(choose, 'curveType', series.curveType),
    ...unknown(choose),
  ];
  const periods = series.periods.map((period) => {
    // The scanner reads what is written plainly from its first to its last character.
    const ways = choose(plainly, choose);
    return ways === plainly
      ? `<Period>${periodContent(period, plainly)}</Period>`
      : element(choose, 'Period', periodContent(period, choose));
  });
  return join(
    choose,
    choose([...fields, ...periods], [...periods, ...fields], [...fields.toReversed(), ...periods]),
  );
}

function periodContent({ start, end, resolution, points }: PeriodDescription, choose: Choose): string {
  const limits = [...optional(choose, 'start', start), ...optional(choose, 'end', end)];
  const head = [
    element(choose, 'timeInterval', join(choose, choose(limits, limits, limits.toReversed()))),
    ...optional(choose, 'resolution', resolution),
    ...unknown(choose),
  ];
  const written = points.map(({ position, value }) => {
    const parts = [
      ...optional(choose, 'position', position),
      ...optional(choose, 'quantity', value),
      ...unknown(choose),
    ];
    return element(choose, 'Point', join(choose, choose(parts, parts, parts.toReversed())));
  });
  return join(choose, choose([...head, ...written], [...head, ...written], [...written, ...head]));
}

/** An element; nothing, or one in which nothing is written, for null. */
function optional(choose: Choose, name: string, text: string | null): string[] {
  if (text !== null) return [element(choose, name, spell(choose, text))];
  return choose([], [], [element(choose, name, '')], [element(choose, name, choose(' ', '\n', '<!-- -->'))]);
}

function element(choose: Choose, name: string, content: string): string {
  const tag = `${choose('', '', '', '', 'p:', 'q-1.x:')}${name}`;
  const attributes = choose('', '', '', '', ' codingScheme="A01"', ` a='>"&lt;&#x41;' p:b = ""`, '\n');
  if (content === '') return choose(`<${tag}${attributes}/>`, `<${tag}${attributes}></${tag}>`);
  return `<${tag}${attributes}>${content}</${tag}${choose('', '', ' ', '\n')}>`;
}

/** Elements that nobody knows. */
function unknown(choose: Choose): string[] {
  return choose([], [], [], [], ['<quality>A04</quality>'], ['<x:y xmlns:x="urn:x"><Period a="1"/></x:y>']);
}

const LOOKS_LIKE_A_PERIOD =
  '<Period><timeInterval><start>2024-01-01T00:00Z</start><end>2024-01-01T01:00Z</end></timeInterval><resolution>PT60M</resolution><Point><position>1</position><quantity>666</quantity></Point></Period>';

/** Elements with what may stand between them. */
function join(choose: Choose, elements: readonly string[]): string {
  const gap = () =>
    choose(
      '',
      '',
      '\n  ',
      ' ',
      '\t',
      `<!-- ${LOOKS_LIKE_A_PERIOD} & <Point> -->`,
      '<?a <Period>?>',
      '<![CDATA[ ]]>',
      '&#32;',
    );
  return `${gap()}${elements.map((one) => one + gap()).join('')}`;
}

/** Text, each character in one of its spellings. */
function spell(choose: Choose, text: string): string {
  const characters = [...text].map((character) => {
    const plain = ESCAPES[character] ?? character;
    const code = character.codePointAt(0) ?? 0;
    return choose(
      plain,
      plain,
      plain,
      plain,
      plain,
      plain,
      `&#${code};`,
      `&#x${code.toString(16)};`,
      `<![CDATA[${character}]]>`,
      `${plain}<!-- ${code} -->`,
      `<?pi ${code}?>${plain}`,
    );
  });
  const space = () => choose('', '', '', ' ', '\n\t', '&#10;');
  return `${space()}${characters.join('')}${space()}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '<': '&lt;', '&': '&amp;', '>': '&gt;', '"': '&quot;' };
