import { blockEndMs, DocumentError, PermanentError } from '@energy-data-service/domain';
import { describe, expect, it } from 'vitest';
import { acknowledgement } from './fixtures/acknowledgement.ts';
import { collectRequest } from './fixtures/collect-request.ts';
import { expand } from './fixtures/expand.ts';
import { loadDocument, period, point } from './fixtures/load-document.ts';
import { readFixture } from './fixtures/read-fixture.ts';
import { zipFile } from './fixtures/zip-file.ts';
import { parseAnswer } from './parse-answer.ts';

const parse = (document: string, dataset?: string) =>
  parseAnswer(collectRequest(dataset), new TextEncoder().encode(document));

/** The error of a document that must not be read. */
function refusalOf(document: string, dataset?: string): DocumentError {
  try {
    parse(document, dataset);
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error('the document was read');
}

describe('curve types', () => {
  it('repeats an omitted position of A03 to the next Point and to the end of the Period, digits and all', () => {
    const answer = parseAnswer(collectRequest(), readFixture('a65-a03-omitted-points.xml'));
    expect(expand(answer)).toEqual([
      '1.1 2024-01-14T23:00:00Z 8123.5',
      '1.1 2024-01-14T23:15:00Z 8123.5',
      '1.1 2024-01-14T23:30:00Z 8123.50',
      '1.1 2024-01-14T23:45:00Z 7990',
      '1.1 2024-01-15T00:00:00Z 7990',
      '1.1 2024-01-15T00:15:00Z 7990',
      '1.1 2024-01-15T00:30:00Z 7990',
      '1.1 2024-01-15T00:45:00Z 7990',
    ]);
    expect(answer).toMatchObject({ outcome: 'data', problems: [] });
  });

  it('reads a Point without value as an explicit null that ends the value before it, and never as 0', () => {
    const answer = parseAnswer(collectRequest(), readFixture('a65-a03-explicit-no-value.xml'));
    expect(answer.observations.map(({ block }) => block.values)).toEqual([
      ['0', '0', null, null, null, '10.25', '10.25', '10.25'],
    ]);
  });

  it('leaves a missing position of A01 missing, and takes Points by position and not by order', () => {
    const answer = parseAnswer(collectRequest(), readFixture('a65-a01-missing-position.xml'));
    expect(expand(answer)).toEqual([
      '1.1 2024-01-14T23:00:00Z 501',
      '1.1 2024-01-15T00:00:00Z 502',
      '1.1 2024-01-15T03:00:00Z 505',
    ]);
    expect(answer.observations).toHaveLength(2);
  });

  it('carries nothing from one Period or TimeSeries into another', () => {
    const answer = parseAnswer(collectRequest(), readFixture('a65-two-periods-two-resolutions.xml'));
    expect(expand(answer)).toEqual([
      '1.1 2024-01-15T02:00:00Z 30',
      '1.1 2024-01-15T02:15:00Z 30',
      '1.1 2024-01-15T02:30:00Z 30',
      '1.1 2024-01-15T02:45:00Z 30',
      '1.2 2024-01-14T23:00:00Z 10',
      '1.2 2024-01-15T00:00:00Z 10',
      '2.1 2024-01-15T01:00:00Z 20',
    ]);
  });

  it('gives the steps before the first Point of A03 no value', () => {
    const document = loadDocument({ curveType: '<curveType>A03</curveType>', points: point(3, '8') });
    expect(expand(parse(document))).toEqual(['1.1 2024-01-15T01:00:00Z 8']);
  });

  it.each(['A02', 'A04', 'A05', 'a03'])('refuses curve type %s', (curveType) => {
    const error = refusalOf(loadDocument({ curveType: `<curveType>${curveType}</curveType>` }));
    expect(error.message).toBe('unsupported curve type');
    expect(error.context).toEqual({
      document: 'GL_MarketDocument',
      series: 1,
      offset: expect.any(Number),
      curveType,
    });
  });
});

describe('calendar steps', () => {
  it('gives a day of the autumn clock change 25 hours', () => {
    const answer = parseAnswer(
      collectRequest('week-ahead-total-load-forecast', '10YCZ-CEPS-----N'),
      readFixture('a65-p1d-autumn-clock-change.xml'),
    );
    expect(expand(answer)).toEqual([
      '1.1 2024-10-25T22:00:00Z 4000',
      '1.1 2024-10-26T22:00:00Z 4100',
      '1.1 2024-10-27T23:00:00Z 4200',
      '2.1 2024-10-25T22:00:00Z 7000',
      '2.1 2024-10-26T22:00:00Z 7000',
      '2.1 2024-10-27T23:00:00Z 7000',
    ]);
    expect(answer.observations.map(({ block }) => blockEndMs(block))).toEqual([
      Date.UTC(2024, 9, 28, 23),
      Date.UTC(2024, 9, 28, 23),
    ]);
  });

  it('cuts weeks in the area of the series, here in Eastern European time', () => {
    const answer = parseAnswer(
      collectRequest('year-ahead-total-load-forecast', '10YCA-BULGARIA-R'),
      readFixture('a65-p7d-spring-clock-change-eastern.xml'),
    );
    expect(expand(answer)).toEqual([
      '1.1 2024-03-17T22:00:00Z 3000',
      '1.1 2024-03-24T22:00:00Z 3100',
      '1.1 2024-03-31T21:00:00Z 3200',
    ]);
  });

  it('gives leap years 366 days', () => {
    const answer = parseAnswer(
      collectRequest('year-ahead-forecast-margin', '10YCZ-CEPS-----N'),
      readFixture('a70-p1y-leap-year.xml'),
    );
    expect(expand(answer)).toEqual(['1.1 2023-12-31T23:00:00Z 745', '1.1 2024-12-31T23:00:00Z -12']);
  });
});

describe('tolerance', () => {
  it('reads prefixes, comments, entities, character data, another order and elements that it does not know', () => {
    const answer = parseAnswer(collectRequest(), readFixture('a65-prefixes-comments-entities.xml'));
    expect(expand(answer)).toEqual([
      '1.1 2024-01-14T23:00:00Z 100.5',
      '1.1 2024-01-15T00:00:00Z 100.5',
      '1.1 2024-01-15T01:00:00Z null',
    ]);
    expect(answer.observations[0]?.key.unit).toBe('MAW');
  });

  it('needs no element but area, interval, resolution and Points, and takes no curve type for A01', () => {
    const answer = parseAnswer(collectRequest(), readFixture('a65-without-optional-elements.xml'));
    expect(answer.observations).toEqual([
      {
        key: {
          source: 'entsoe',
          dataset: 'actual-total-load',
          area: '10YBE----------2',
          counterArea: null,
          businessType: null,
          psrType: null,
          unitEic: null,
          assetEic: null,
          direction: null,
          processType: null,
          contractType: null,
          sequence: null,
          auctionCategory: null,
          marketProduct: null,
          priceCategory: null,
          percentile: null,
          resolution: 'PT60M',
          unit: null,
          currency: null,
          quantity: 'quantity',
        },
        block: { kind: 'fixed', startMs: Date.UTC(2024, 0, 15, 0), stepMs: 3_600_000, values: ['8000'] },
        documentMrid: null,
        timeSeriesMrid: null,
        curveType: null,
        objectAggregation: null,
        place: { document: 1, series: 1, period: 1 },
      },
    ]);
  });

  it('tells the same series of a document with and without a process type', () => {
    const [without] = parse(loadDocument({ head: '' })).observations;
    const [published] = parse(loadDocument()).observations;
    expect(without?.key).toEqual(published?.key);
  });

  it('reads CR LF line ends and a byte order mark', () => {
    const document = new TextDecoder().decode(readFixture('a65-a03-omitted-points.xml'));
    const windows = `\uFEFF${document.replaceAll('\n', '\r\n')}`;
    expect(parse(windows)).toEqual(parse(document));
  });
});

describe('problems', () => {
  it('drops a position beyond the last step and says so', () => {
    const answer = parseAnswer(
      collectRequest('year-ahead-total-load-forecast', '10YCZ-CEPS-----N'),
      readFixture('a65-p7d-position-beyond-last-step.xml'),
    );
    expect(expand(answer)).toEqual(['1.1 2023-12-31T23:00:00Z 4000', '1.1 2024-01-07T23:00:00Z 4100']);
    expect(answer.problems).toEqual(['series 1, period 1: position 3 lies beyond the last step 2; dropped']);
  });

  it('does not mistake a position too large for a double for a small one', () => {
    const answer = parse(loadDocument({ points: point('9'.repeat(90), '1') }));
    expect(answer.observations).toEqual([]);
  });

  it.each(['9'.repeat(90), '9007199254740993', '+25', '0025'])(
    'reports position %s as written',
    (position) => {
      expect(parse(loadDocument({ points: point(1, '1') + point(position, '1') })).problems).toEqual([
        `series 1, period 1: position ${position} lies beyond the last step 3; dropped`,
      ]);
    },
  );

  it('leaves out a series of another area than asked for, and says so', () => {
    const answer = parse(loadDocument().replace('10YBE----------2', '10YBE----------3'));
    expect(answer.outcome).toBe('data');
    expect(answer.observations).toEqual([]);
    expect(answer.problems).toEqual([
      'series 1: of area 10YBE----------3; 10YBE----------2 was asked for; not stored, only the raw answer has it',
    ]);
  });

  it('reports days that only fit where the Period does not start at midnight, and cuts them in the area', () => {
    const document = loadDocument({
      head: '',
      curveType: '<curveType>A03</curveType>',
      start: '2024-03-29T23:00Z',
      end: '2024-04-01T23:00Z',
      resolution: 'P1D',
    });
    const answer = parse(document, 'week-ahead-total-load-forecast');
    expect(expand(answer)).toEqual([
      '1.1 2024-03-29T23:00:00Z 8000',
      '1.1 2024-03-30T23:00:00Z 8000',
      '1.1 2024-03-31T22:00:00Z 8000',
    ]);
    expect(answer.problems).toEqual(['series 1, period 1: ends within a step of P1D; that step is left out']);
  });

  it.each([
    ['a TimeSeries without Period', loadDocument({ periods: '' }), 'series 1: no Period'],
    ['a Period without Point', loadDocument({ points: '' }), 'series 1, period 1: no Point'],
  ])('reports %s', (_, document, problem) => {
    expect(parse(document)).toEqual({ outcome: 'data', observations: [], problems: [problem] });
  });

  it('leaves out a step that the Period ends within, and says so', () => {
    const document = loadDocument({ curveType: '<curveType>A03</curveType>', end: '2024-01-15T01:30Z' });
    const answer = parse(document);
    expect(expand(answer)).toEqual(['1.1 2024-01-14T23:00:00Z 8000', '1.1 2024-01-15T00:00:00Z 8000']);
    expect(answer.problems).toEqual([
      'series 1, period 1: ends within a step of PT60M; that step is left out',
    ]);
  });

  it('takes a Period shorter than its fixed step for one step, and says so', () => {
    const answer = parse(loadDocument({ end: '2024-01-14T23:30Z' }));
    expect(expand(answer)).toEqual(['1.1 2024-01-14T23:00:00Z 8000']);
    expect(answer.problems).toEqual(['series 1, period 1: shorter than its step of PT60M; taken for one']);
  });

  it('lists a hundred problems at most', () => {
    const points = Array.from({ length: 1_000 }, (_, i) => point(i + 4, '1')).join('');
    const { problems } = parse(loadDocument({ points }));
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe('900 further problems');
  });

  it('counts the same Point twice as one', () => {
    const answer = parse(
      loadDocument({ points: point(1, '7.0') + point(2, null) + point(1, '7.0') + point(2, null) }),
    );
    expect(expand(answer)).toEqual(['1.1 2024-01-14T23:00:00Z 7.0', '1.1 2024-01-15T00:00:00Z null']);
  });
});

describe('the offset of a refusal', () => {
  it.each([
    ['a document of another kind', '<a_MarketDocument><b/></a_MarketDocument>', '<b/>'],
    ['another item', loadDocument({ head: '<type>A70</type>' }), '<type>A70'],
    ['a curve type', loadDocument({ curveType: '<curveType>A05</curveType>' }), '<mRID>1</mRID><out'],
    ['a resolution', loadDocument({ resolution: 'P' }), '<timeInterval>'],
    ['a value', loadDocument({ points: point(1, 'x') }), '<position>1</position><quantity>x'],
    ['no data that is none', acknowledgement('Authentication failed.'), '\n  <mRID>0b1d6c1c'],
  ])('is, for %s, where the content of the element begins', (_, document, content) => {
    const { context } = refusalOf(document);
    expect(context).toMatchObject({ document: expect.any(String), offset: document.indexOf(content) });
  });
});

describe('refusals', () => {
  it.each([
    [
      'two values of one position',
      { points: point(1, '7') + point(1, '8') },
      'position has two different values',
    ],
    [
      'a value and none of one position',
      { points: point(1, '7') + point(1, null) },
      'position has two different values',
    ],
    ['position 0', { points: point(0, '7') }, 'position is not a whole number from 1'],
    ['a negative position', { points: point(-1, '7') }, 'position is not a whole number from 1'],
    ['a position with decimals', { points: point('1.0', '7') }, 'position is not a whole number from 1'],
    ['a position with an exponent', { points: point('1e2', '7') }, 'position is not a whole number from 1'],
    ['an empty position', { points: point('', '7') }, 'element is missing'],
    ['a Point without position', { points: '<Point><quantity>7</quantity></Point>' }, 'element is missing'],
    ['an exponent', { points: point(1, '1E3') }, 'value is not a decimal number'],
    ['a decimal comma', { points: point(1, '1,5') }, 'value is not a decimal number'],
    ['a hexadecimal number', { points: point(1, '0x10') }, 'value is not a decimal number'],
    ['a value that is no number', { points: point(1, 'N/A') }, 'value is not a decimal number'],
    ['NaN', { points: point(1, 'NaN') }, 'value is not a decimal number'],
    ['digits of another script', { points: point(1, '٣') }, 'value is not a decimal number'],
    ['a no-break space', { points: point(1, '\u00A07') }, 'value is not a decimal number'],
    ['a value longer than any number', { points: point(1, '1'.repeat(101)) }, 'text is too long'],
    [
      'two values in one Point',
      { points: '<Point><position>1</position><quantity>1</quantity><quantity>2</quantity></Point>' },
      'element is repeated',
    ],
    ['elements within a value', { points: point(1, '<b>7</b>') }, 'element holds elements instead of text'],
    ['text beside elements', { points: `7${point(1, '7')}` }, 'text stands beside elements'],
    ['no resolution', { resolution: '' }, 'element is missing'],
    ['a resolution that is none', { resolution: '15M' }, 'resolution is not a duration'],
    ['a resolution of nothing', { resolution: 'PT0M' }, 'resolution is not a duration'],
    ['an end that is the start', { end: '2024-01-14T23:00Z' }, 'Period does not end after it starts'],
    ['an end before the start', { end: '2024-01-14T22:00Z' }, 'Period does not end after it starts'],
    ['a day that does not exist', { start: '2024-02-30T23:00Z' }, 'time is not an instant'],
    ['a time without zone', { start: '2024-01-14T23:00' }, 'time is not an instant'],
    ['a leap second', { start: '2024-01-14T23:00:60Z' }, 'time is not an instant'],
    [
      'a time that milliseconds do not tell',
      { start: '2024-01-14T23:00:00.0001Z' },
      'time is finer than a millisecond',
    ],
    ['no start', { start: '' }, 'element is missing'],
    ['two resolutions', { resolution: 'PT60M</resolution><resolution>PT15M' }, 'element is repeated'],
  ])('refuses %s, naming the place', (_, parts, message) => {
    const error = refusalOf(loadDocument(parts));
    expect(error.message).toBe(message);
    expect(error.context).toMatchObject({ document: 'GL_MarketDocument', offset: expect.any(Number) });
  });

  it('names TimeSeries and Period by their place', () => {
    const good = period({
      start: '2024-01-14T23:00Z',
      end: '2024-01-15T00:00Z',
      resolution: 'PT60M',
      points: point(1, '7'),
    });
    const error = refusalOf(loadDocument({ periods: good + good.replace('PT60M', 'PT1') }));
    expect(error.context).toMatchObject({ series: 1, period: 2, resolution: 'PT1' });
  });

  it('refuses a TimeSeries without area', () => {
    const document = loadDocument().replaceAll('outBiddingZone', 'inBiddingZone');
    expect(refusalOf(document).context).toMatchObject({ series: 1, element: 'outBiddingZone_Domain.mRID' });
  });

  it.each([
    ['a forecast', 'day-ahead-total-load-forecast', loadDocument()],
    [
      'actual values',
      'actual-total-load',
      loadDocument({ head: '<type>A65</type><process.processType>A01</process.processType>' }),
    ],
    ['another document type', 'actual-total-load', loadDocument({ head: '<type>A70</type>' })],
  ])('never takes a document of another item for %s', (_, dataset, document) => {
    expect(refusalOf(document, dataset).message).toBe('document is of another item than asked for');
  });

  it('refuses a TimeSeries that gives two units, in the elements of two versions', () => {
    const withUnits = (earlier: string, later: string) =>
      loadDocument({
        curveType: `<quantity_Measure_Unit.name>${earlier}</quantity_Measure_Unit.name><quantity_Measurement_Unit.name>${later}</quantity_Measurement_Unit.name>`,
      });
    expect(refusalOf(withUnits('MAW', 'MWH')).context).toMatchObject({ series: 1, units: ['MAW', 'MWH'] });
    expect(parse(withUnits('MAW', 'MAW')).observations[0]?.key.unit).toBe('MAW');
  });

  it('refuses a document of another kind', () => {
    const document = loadDocument().replaceAll('GL_MarketDocument', 'Publication_MarketDocument');
    expect(refusalOf(document).context).toMatchObject({
      root: 'Publication_MarketDocument',
      expected: 'GL_MarketDocument',
    });
  });

  it('refuses a dataset that it does not know', () => {
    expect(() => parse(loadDocument(), 'rainfall')).toThrow(PermanentError);
  });
});

describe('claims', () => {
  const hostile = (start: string, end: string, resolution: string) =>
    loadDocument({ curveType: '<curveType>A03</curveType>', start, end, resolution });

  it.each([
    ['a billion seconds', hostile('1990-01-01T00:00Z', '2024-01-01T00:00Z', 'PT1S')],
    ['three hundred years of minutes', hostile('1900-01-01T00:00Z', '2200-01-01T00:00Z', 'PT1M')],
    ['three hundred years of days', hostile('1900-01-01T00:00Z', '2200-01-01T00:00Z', 'P1D')],
  ])('refuses %s in a Period of a few bytes, before it makes room for them', (_, document) => {
    expect(refusalOf(document).message).toBe('Period has too many steps');
  });

  it('refuses many Periods that together stand for more values than any answer', () => {
    const claim = period({
      start: '2000-01-01T00:00Z',
      end: '2001-01-01T00:00Z',
      resolution: 'PT1M',
      points: point(1, '1'),
    });
    const document = loadDocument({ curveType: '<curveType>A03</curveType>', periods: claim.repeat(12) });
    expect(refusalOf(document).message).toBe('answer has too many steps');
  });

  it('refuses more blocks than any answer has, over all documents of a ZIP', { timeout: 60_000 }, () => {
    const start = Temporal.Instant.from('2024-01-01T00:00Z');
    const everyOther = Array.from({ length: 180_000 }, (_, i) => point(2 * i + 1, null)).join('');
    const content = loadDocument({
      start: start.toString(),
      end: start.add({ seconds: 360_000 }).toString(),
      resolution: 'PT1S',
      points: everyOther,
    });
    const documents = ['1.xml', '2.xml', '3.xml'].map((name) => ({ name, content }));
    const parseZip = (count: number) => parseAnswer(collectRequest(), zipFile(documents.slice(0, count)));
    expect(parseZip(2).observations).toHaveLength(360_000);
    expect(() => parseZip(3)).toThrow(
      expect.objectContaining({
        message: 'answer has too many gaps',
        context: expect.objectContaining({ document: '3.xml', series: 1, period: 1 }),
      }),
    );
  });

  it('refuses more Periods than any answer has', { timeout: 30_000 }, () => {
    const short = period({
      start: '2000-01-01T00:00Z',
      end: '2000-01-01T01:00Z',
      resolution: 'PT60M',
      points: '',
    });
    expect(refusalOf(loadDocument({ periods: short.repeat(100_001) })).message).toBe(
      'answer has too many Periods',
    );
  });
});

describe('acknowledgements', () => {
  it('is "no data" where the reason says so', () => {
    const document = acknowledgement(
      'No matching data found for Data item TOTAL_LOAD_FORECAST [6.1.C&amp;D&amp;E] (10YBE----------2) and interval 2023-07-02T22:00:00Z/2023-08-06T22:00:00Z.',
    );
    expect(parse(document)).toEqual({ outcome: 'no-data', observations: [], problems: [] });
  });

  it('is an error that repeats any other reason', () => {
    const error = refusalOf(acknowledgement('Authentication failed.'));
    expect(error.message).toBe('answer is a refusal');
    expect(error.context).toMatchObject({ reason: 'Authentication failed.' });
  });

  it('is an error if it gives another reason beside "no data"', () => {
    const error = refusalOf(
      acknowledgement(
        'No matching data found for x</text></Reason><Reason><code>999</code><text>Unexpected error',
      ),
    );
    expect(error.context).toMatchObject({ reason: 'No matching data found for x Unexpected error' });
  });

  it('is an error of a bounded size, however many reasons it gives', () => {
    const reasons = Array<string>(500).fill('x'.repeat(9_999)).join('</text></Reason><Reason><text>');
    expect(refusalOf(acknowledgement(reasons)).context.reason).toBe('x'.repeat(9_999).slice(0, 1_000));
  });
});
