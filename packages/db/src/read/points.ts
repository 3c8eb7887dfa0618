import type { Sql } from '../connect.ts';
import { batchSeries, type PageMark, type PointPage, type PointSelection, readPages } from './point-page.ts';
import { readAhead } from './read-ahead.ts';
import type { StoredSeries } from './series.ts';

/** Two months of quarter hours. With the bytes of a point this bounds the memory of an answer. */
const PAGE_POINTS = 6_000;

export type PointReader = ReturnType<typeof createPointReader>;

/**
 * Reads points page by page, however many there are. Every page is a statement of its own: between two pages no
 * connection, transaction or snapshot is held, so that a reader may be as slow as it likes.
 *
 * @param pagePoints - points of one series that one statement reads at most
 */
export function createPointReader(sql: Sql, { pagePoints = PAGE_POINTS }: { pagePoints?: number } = {}) {
  return {
    /**
     * The points of every series that has any, in the order of the series; one page is read ahead of the one
     * that is in use.
     */
    pages(series: readonly StoredSeries[], selection: PointSelection): AsyncGenerator<PointPage> {
      return readAhead(pagesOf(series, selection));
    },

    /**
     * A page that has been read before, once more.
     *
     * @throws {Error} if it has other instants now, or, where provenance matters, other values
     */
    async again(page: PageMark, selection: PointSelection): Promise<PointPage> {
      const stretch = { ...selection, from: instantOf(page.firstUs), to: instantOf(page.lastUs + 1) };
      const [same] = await readPages(sql, [page.seriesId], stretch, page.count + 1);
      if (same?.count !== page.count || same.lastUs !== page.lastUs || same.payloads !== page.payloads) {
        throw new Error('series changed while it was read');
      }
      return same;
    },
  };

  async function* pagesOf(
    series: readonly StoredSeries[],
    selection: PointSelection,
  ): AsyncGenerator<PointPage> {
    for (const seriesIds of batchSeries(series, selection, pagePoints)) {
      for (const first of await readPages(sql, seriesIds, selection, pagePoints)) {
        for (let page: PointPage | undefined = first; page !== undefined; ) {
          yield page;
          page = page.count < pagePoints ? undefined : await pageAfter(page, selection);
        }
      }
    }
  }

  async function pageAfter(
    { seriesId, lastUs }: PageMark,
    selection: PointSelection,
  ): Promise<PointPage | undefined> {
    const rest = { ...selection, from: instantOf(lastUs + 1) };
    const [page] = await readPages(sql, [seriesId], rest, pagePoints);
    return page;
  }
}

function instantOf(epochUs: number): Temporal.Instant {
  return new Temporal.Instant(BigInt(epochUs) * 1_000n);
}
