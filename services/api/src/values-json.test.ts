import type { PointPage, PointReader, StoredSeries } from '@energy-data-service/db';
import { createSeriesKey } from '@energy-data-service/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryShare, type MemoryShare } from './memory-share.ts';
import type { ValueSelection } from './value-selection.ts';
import { valuesJson } from './values-json.ts';

const START = Temporal.Instant.from('2024-01-01T00:00:00Z');
const START_US = START.epochMilliseconds * 1_000;
const HOUR_US = 3_600_000_000;

const SELECTION: ValueSelection = {
  from: START,
  to: START.add({ hours: 100 }),
  asOf: null,
  timezone: 'UTC',
  provenance: false,
};

function seriesOf(id: number): StoredSeries {
  return {
    id,
    ...createSeriesKey({
      source: 'entsoe',
      dataset: 'load',
      area: '10YCZ-CEPS-----N',
      resolution: 'PT60M',
      quantity: 'quantity',
    }),
    firstStartsAt: null,
    lastStartsAt: null,
    pointCount: 0,
  };
}

/** Consecutive hours whose values are their numbers. */
function pageOf(seriesId: number, firstHour: number, count: number): PointPage {
  const hours = Array.from({ length: count }, (_, i) => firstHour + i);
  return {
    seriesId,
    count,
    firstUs: START_US + firstHour * HOUR_US,
    lastUs: START_US + (firstHour + count - 1) * HOUR_US,
    payloads: `${count}`,
    startsUs: Float64Array.from(hours, (hour) => START_US + hour * HOUR_US),
    values: hours.join(','),
    knownUs: Float64Array.from(hours, () => START_US),
    rawPayloadIds: hours.map(() => seriesId).join(','),
  };
}

/** Reads these pages, and notes the first hour of each that was read again. */
function readerOf(pages: readonly PointPage[]): PointReader & { readonly readAgain: readonly number[] } {
  const readAgain: number[] = [];
  return {
    readAgain,
    async *pages() {
      yield* pages;
    },
    async again(mark) {
      readAgain.push((mark.firstUs - START_US) / HOUR_US);
      const page = pages.find(
        ({ seriesId, firstUs }) => seriesId === mark.seriesId && firstUs === mark.firstUs,
      );
      if (page === undefined) throw new Error('series changed while it was read');
      return page;
    },
  };
}

async function textOf(
  pages: readonly PointPage[],
  selection: ValueSelection,
  limits: { heldPoints?: number; share?: MemoryShare } = {},
  reader = readerOf(pages),
): Promise<string> {
  const series = [...new Set(pages.map(({ seriesId }) => seriesId))].map(seriesOf);
  const pieces = await Array.fromAsync(valuesJson(reader, 'load', series, selection, limits));
  return pieces.map((piece) => (typeof piece === 'string' ? piece : Buffer.from(piece).toString())).join('');
}

describe('values as JSON', () => {
  it('are an object without series where there is no page', async () => {
    expect(JSON.parse(await textOf([], SELECTION))).toMatchObject({ series: [], next_cursor: null });
  });

  it('are the same however the series are cut into pages, and however many of them are held', async () => {
    const lengths = fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), {
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(
        lengths,
        fc.integer({ min: 0, max: 12 }),
        fc.boolean(),
        async (lengths, heldPoints, provenance) => {
          const selection = { ...SELECTION, provenance };
          const wholes = lengths.map((cuts, i) => pageOf(i + 1, 0, sum(cuts)));
          const pages = lengths.flatMap((cuts, i) =>
            cuts.map((count, cut) => pageOf(i + 1, sum(cuts.slice(0, cut)), count)),
          );
          expect(await textOf(pages, selection, { heldPoints })).toBe(await textOf(wholes, selection));
        },
      ),
    );
  });

  it('hold the first page of a series, and beyond it nothing that is more than all answers may', async () => {
    const pages = [pageOf(1, 0, 3), pageOf(1, 3, 3), pageOf(1, 6, 2), pageOf(2, 0, 4)];
    const others = 1;
    for (const [total, again] of [
      [others, [3, 6]],
      [others + 2, [3]],
      [others + 3, [6]],
      [others + 5, []],
    ] as const) {
      const share = createMemoryShare(total);
      expect(share.take(others)).toBe(true);
      const reader = readerOf(pages);
      expect(await textOf(pages, SELECTION, { share }, reader)).toBe(await textOf(pages, SELECTION));
      expect(reader.readAgain).toEqual(again);
    }
  });

  it('hold nothing once they have ended or are not wanted any more', async () => {
    const pages = [pageOf(1, 0, 3), pageOf(1, 3, 3), pageOf(2, 0, 4), pageOf(2, 4, 3)];
    const share = createMemoryShare(4);
    expect(share.take(1)).toBe(true);
    for (let read = 1; read <= 16; read++) {
      const pieces = valuesJson(readerOf(pages), 'load', [seriesOf(1), seriesOf(2)], SELECTION, { share });
      for (let i = 0; i < read; i++) await pieces.next();
      await pieces.return(undefined);
      expect(share.take(3)).toBe(true);
      share.free(3);
    }
  });

  it('are refused where a page belongs to a series that was not asked for', async () => {
    const pieces = valuesJson(readerOf([pageOf(2, 0, 1)]), 'load', [seriesOf(1)], SELECTION);
    await expect(Array.fromAsync(pieces)).rejects.toThrow('series 2 was not asked for');
  });

  it('have one array per column, and the columns of provenance only where they are wanted', async () => {
    const { series: plain } = JSON.parse(await textOf([pageOf(3, 0, 2)], SELECTION));
    expect(plain).toEqual([
      expect.objectContaining({
        series_id: 3,
        timestamps: ['2024-01-01T00:00:00Z', '2024-01-01T01:00:00Z'],
        values: [0, 1],
      }),
    ]);
    expect(plain[0]).not.toHaveProperty('known_at');
    const { series } = JSON.parse(await textOf([pageOf(3, 0, 2)], { ...SELECTION, provenance: true }));
    expect(series).toEqual([
      expect.objectContaining({
        known_at: ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
        raw_payload_id: [3, 3],
      }),
    ]);
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
