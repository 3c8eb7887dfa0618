import type { PointReader, PointSelection, StoredSeries } from '@energy-data-service/db';
import { writeInstant } from './instants.ts';
import { openSeriesObject } from './series-fields.ts';

/** The JSON document of the values of a dataset, piece by piece. */
export async function* valuesJson(
  points: Pick<PointReader, 'jsonMembers'>,
  dataset: string,
  series: readonly StoredSeries[],
  selection: PointSelection,
): AsyncGenerator<string> {
  const head = JSON.stringify({
    dataset,
    start_time: writeInstant(selection.from, selection.timezone),
    end_time: writeInstant(selection.to, selection.timezone),
    as_of: selection.asOf && writeInstant(selection.asOf, selection.timezone),
  });
  // Sent with the first points, so that a query that fails at once is an ordinary error.
  let before = `${head.slice(0, -1)},"series":[`;

  const opened = new Map(series.map((one) => [one.id, openSeriesObject(one)]));
  let current: number | undefined;
  for await (const { seriesId, text } of points.jsonMembers(series, selection)) {
    if (seriesId !== current) {
      yield `${before}${opened.get(seriesId)},`;
      before = '},';
      current = seriesId;
    }
    yield text;
  }
  yield `${current === undefined ? before : '}'}],"next_cursor":null}`;
}
