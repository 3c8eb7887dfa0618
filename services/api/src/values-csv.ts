import type { PointReader, PointSelection, StoredSeries } from '@energy-data-service/db';
import { SERIES_FIELD_NAMES, seriesFields } from './series-fields.ts';

const END_OF_LINE = '\r\n';

/**
 * The CSV file of the values of a dataset (RFC 4180), piece by piece: a header, and a line per value with the
 * fields of its series in front. Null is an empty field.
 */
export async function* valuesCsv(
  points: Pick<PointReader, 'csvLines'>,
  _dataset: string,
  series: readonly StoredSeries[],
  selection: PointSelection,
): AsyncGenerator<string> {
  const columns = [...SERIES_FIELD_NAMES, 'timestamp', 'value'];
  if (selection.provenance) columns.push('known_at', 'raw_payload_id');
  // Sent with the first points, so that a query that fails at once is an ordinary error.
  let header = columns.join(',') + END_OF_LINE;

  const prefixes = new Map(series.map((one) => [one.id, csvPrefix(one)]));
  for await (const { seriesId, text } of points.csvLines(series, selection)) {
    const prefix = prefixes.get(seriesId) ?? '';
    // In the replacement of replaceAll a dollar sign is special, unless doubled.
    const between = END_OF_LINE + prefix.replaceAll('$', '$$$$');
    yield header + prefix + text.replaceAll(END_OF_LINE, between) + END_OF_LINE;
    header = '';
  }
  if (header !== '') yield header;
}

/** The fields of a series, each followed by a comma. */
function csvPrefix(series: StoredSeries): string {
  return Object.values(seriesFields(series))
    .map((field) => `${csvField(field)},`)
    .join('');
}

function csvField(field: string | number | null): string {
  const text = String(field ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
