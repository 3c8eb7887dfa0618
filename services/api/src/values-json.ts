import type { PageMark, PointPage, PointReader, StoredSeries } from '@energy-data-service/db';
import { createInstantWriter, LONGEST_INSTANT } from './instant-writer.ts';
import { writeInstant } from './instants.ts';
import { createMemoryShare, type MemoryShare } from './memory-share.ts';
import { createScratch } from './scratch.ts';
import { openSeriesObject } from './series-fields.ts';
import { createSeriesTexts } from './series-texts.ts';
import type { ValueSelection } from './value-selection.ts';

/** Fourteen years of quarter hours. With the bytes of a value this bounds the memory of an answer. */
const HELD_POINTS = 500_000;

/** Of all answers together, some 35 bytes each, but for the first page of a series: readers that take their time share it. */
const SHARED_POINTS = 3_000_000;
const shared = createMemoryShare(SHARED_POINTS);

const [QUOTE, COMMA] = [34, 44];

/**
 * The JSON document of the values of a dataset, piece by piece. A series is written array after array: its pages
 * are held until the last array, but for those beyond `heldPoints`, or beyond what all answers may hold, which are read again
 * for each. The first page is always held: a short answer costs one read, whatever others hold.
 *
 * @throws {Error} if a page that is read again has changed
 */
export async function* valuesJson(
  points: PointReader,
  dataset: string,
  series: readonly StoredSeries[],
  selection: ValueSelection,
  { heldPoints = HELD_POINTS, share = shared }: { heldPoints?: number; share?: MemoryShare } = {},
): AsyncGenerator<string | Uint8Array<ArrayBuffer>> {
  const head = JSON.stringify({
    dataset,
    start_time: writeInstant(selection.from, selection.timezone),
    end_time: writeInstant(selection.to, selection.timezone),
    as_of: selection.asOf && writeInstant(selection.asOf, selection.timezone),
  });
  // Sent with the first points, so that a query that fails at once is an ordinary error.
  let before = `${head.slice(0, -1)},"series":[`;

  const openedOf = createSeriesTexts(series, openSeriesObject);
  const instantElements = createElementWriter(selection.timezone);
  let current: HeldSeries | undefined;
  try {
    for await (const page of points.pages(series, selection)) {
      if (current !== undefined && current.seriesId !== page.seriesId) {
        yield* otherArrays(current);
        before = ',';
        share.free(current.shared);
        current = undefined;
      }
      if (current === undefined) yield `${before}${openedOf(page.seriesId)},"timestamps":[`;
      else yield ',';
      yield instantElements(page.startsUs);
      if (current === undefined) {
        current = { seriesId: page.seriesId, pages: [page], held: page.count, shared: 0 };
        continue;
      }
      const isHeld = current.held + page.count <= heldPoints && share.take(page.count);
      current.pages.push(isHeld ? page : toMark(page));
      if (!isHeld) continue;
      current.held += page.count;
      current.shared += page.count;
    }
    if (current !== undefined) yield* otherArrays(current);
    yield `${current === undefined ? before : ''}],"next_cursor":null}`;
  } finally {
    if (current !== undefined) share.free(current.shared);
  }

  /** Ends the array of timestamps, and the object of the series after the other arrays. */
  async function* otherArrays({ pages }: HeldSeries): AsyncGenerator<string | Uint8Array<ArrayBuffer>> {
    for (const [name, elements] of arrays(selection, instantElements)) {
      yield `],"${name}":[`;
      for (const [i, page] of pages.entries()) {
        if (i > 0) yield ',';
        yield elements('values' in page ? page : await points.again(page, selection));
      }
    }
    yield ']}';
  }
}

/** A series whose timestamps have been written. */
interface HeldSeries {
  readonly seriesId: number;
  readonly pages: (PageMark | PointPage)[];
  /** Points of the pages that are held. */
  held: number;
  /** Those of them that are held out of what all answers share. */
  shared: number;
}

function toMark({ seriesId, count, firstUs, lastUs, payloads }: PageMark): PageMark {
  return { seriesId, count, firstUs, lastUs, payloads };
}

/** The arrays that follow the timestamps, and how the elements of each are written. */
function arrays(
  { provenance }: ValueSelection,
  instantElements: (instantsUs: Float64Array) => Uint8Array<ArrayBuffer>,
): [name: string, elements: (page: PointPage) => string | Uint8Array<ArrayBuffer>][] {
  const values: [string, (page: PointPage) => string] = ['values', (page) => page.values];
  if (!provenance) return [values];
  return [
    values,
    ['known_at', ({ knownUs }) => instantElements(knownUs ?? new Float64Array())],
    ['raw_payload_id', ({ rawPayloadIds }) => rawPayloadIds ?? ''],
  ];
}

/** Writes instants as elements of a JSON array, separated by commas. */
function createElementWriter(timezone: string): (instantsUs: Float64Array) => Uint8Array<ArrayBuffer> {
  const write = createInstantWriter(timezone);
  const scratch = createScratch();
  return (instantsUs) => {
    const elements = scratch.take(instantsUs.length * (LONGEST_INSTANT + '"",'.length));
    let end = 0;
    for (let i = 0; i < instantsUs.length; i++) {
      if (i > 0) elements[end++] = COMMA;
      elements[end++] = QUOTE;
      end = write(elements, end, instantsUs[i] as number);
      elements[end++] = QUOTE;
    }
    return Buffer.from(elements.subarray(0, end));
  };
}
