import type { PointPage, StoredSeries } from '@energy-data-service/db';
import { createSeriesKey } from '@energy-data-service/domain';
import { expect, it } from 'vitest';
import type { ValueSelection } from './value-selection.ts';
import { valuesCsv } from './values-csv.ts';

const SELECTION: ValueSelection = {
  from: Temporal.Instant.from('2024-01-01T00:00:00Z'),
  to: Temporal.Instant.from('2024-01-02T00:00:00Z'),
  asOf: null,
  timezone: 'UTC',
  provenance: false,
};

const SERIES: StoredSeries = {
  id: 1,
  ...createSeriesKey({
    source: 'entsoe',
    dataset: 'load',
    area: '10YCZ-CEPS-----N',
    businessType: 'a "quoted", one',
    contractType: "$& and $'",
    resolution: 'PT60M',
    quantity: 'quantity',
  }),
  firstStartsAt: null,
  lastStartsAt: null,
  pointCount: 2,
};

const FIELDS = `1,CZ,10YCZ-CEPS-----N,,,"a ""quoted"", one",,,,$& and $',,quantity,PT60M,,,,,,,,,`;

const HOUR_US = 3_600_000_000;
const START_US = SELECTION.from.epochMilliseconds * 1_000;

/** Two hours, of which the second has no value. */
const PAGE: PointPage = {
  seriesId: 1,
  count: 2,
  firstUs: START_US,
  lastUs: START_US + HOUR_US,
  payloads: null,
  startsUs: Float64Array.of(START_US, START_US + HOUR_US),
  values: '1.50,null',
  knownUs: null,
  rawPayloadIds: null,
};

async function linesOf(page: PointPage, selection: ValueSelection): Promise<string[]> {
  async function* pages() {
    yield page;
  }
  const pieces = await Array.fromAsync(valuesCsv({ pages }, 'load', [SERIES], selection));
  const text = pieces
    .map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece).toString()))
    .join('');
  return text.split('\r\n');
}

it('quotes fields with separators, and repeats any field unchanged on every line', async () => {
  expect((await linesOf(PAGE, SELECTION)).slice(1)).toEqual([
    `${FIELDS}2024-01-01T00:00:00Z,1.50`,
    `${FIELDS}2024-01-01T01:00:00Z,`,
    '',
  ]);
});

it('adds since when a value is known and its payload, in the zone of all instants', async () => {
  const page = { ...PAGE, knownUs: Float64Array.of(START_US + 1, START_US), rawPayloadIds: '7,12345678901' };
  const selection = { ...SELECTION, provenance: true, timezone: 'Asia/Kathmandu' };
  expect((await linesOf(page, selection)).slice(1)).toEqual([
    `${FIELDS}2024-01-01T05:45:00+05:45,1.50,2024-01-01T05:45:00.000001+05:45,7`,
    `${FIELDS}2024-01-01T06:45:00+05:45,,2024-01-01T05:45:00+05:45,12345678901`,
    '',
  ]);
});

it('refuses a page of a series that was not asked for', async () => {
  await expect(linesOf({ ...PAGE, seriesId: 2 }, SELECTION)).rejects.toThrow('series 2 was not asked for');
});
