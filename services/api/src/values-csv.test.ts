import type { PointSelection, SeriesText, StoredSeries } from '@energy-data-service/db';
import { createSeriesKey } from '@energy-data-service/domain';
import { expect, it } from 'vitest';
import { valuesCsv } from './values-csv.ts';

const SELECTION: PointSelection = {
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

it('quotes fields with separators, and repeats any field unchanged on every line', async () => {
  async function* csvLines(): AsyncGenerator<SeriesText> {
    yield { seriesId: 1, text: '2024-01-01T00:00:00Z,1\r\n2024-01-01T01:00:00Z,2' };
  }
  const pieces = await Array.fromAsync(valuesCsv({ csvLines }, 'load', [SERIES], SELECTION));
  const fields = `1,CZ,10YCZ-CEPS-----N,,,"a ""quoted"", one",,,,$& and $',,quantity,PT60M,,,,,,,,,`;
  expect(pieces.join('').split('\r\n').slice(1)).toEqual([
    `${fields}2024-01-01T00:00:00Z,1`,
    `${fields}2024-01-01T01:00:00Z,2`,
    '',
  ]);
});
