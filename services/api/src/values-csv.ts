import type { PointPage, PointReader, StoredSeries } from '@energy-data-service/db';
import { createInstantWriter, LONGEST_INSTANT } from './instant-writer.ts';
import { createScratch } from './scratch.ts';
import { SERIES_FIELD_NAMES, seriesFields } from './series-fields.ts';
import { createSeriesTexts } from './series-texts.ts';
import type { ValueSelection } from './value-selection.ts';

const END_OF_LINE = '\r\n';
const [CR, LF, COMMA] = [13, 10, 44];
/** The letter with which null begins, and no number. */
const N = 'n'.charCodeAt(0);

/**
 * The CSV file of the values of a dataset (RFC 4180), piece by piece: a header, and a line per value with the
 * fields of its series in front. Null is an empty field.
 */
export async function* valuesCsv(
  points: Pick<PointReader, 'pages'>,
  _dataset: string,
  series: readonly StoredSeries[],
  selection: ValueSelection,
): AsyncGenerator<string | Uint8Array<ArrayBuffer>> {
  const columns = [...SERIES_FIELD_NAMES, 'timestamp', 'value'];
  if (selection.provenance) columns.push('known_at', 'raw_payload_id');
  // Sent with the first points, so that a query that fails at once is an ordinary error.
  let header = columns.join(',') + END_OF_LINE;

  const prefixOf = createSeriesTexts(series, (one) => Buffer.from(csvPrefix(one)));
  const writeLines = createLineWriter(selection.timezone);
  for await (const page of points.pages(series, selection)) {
    if (header !== '') yield header;
    header = '';
    yield writeLines(page, prefixOf(page.seriesId));
  }
  if (header !== '') yield header;
}

/** Writes the lines of a page as bytes: joining text for every line would take longer than all the rest. */
function createLineWriter(
  timezone: string,
): (page: PointPage, prefix: Uint8Array) => Uint8Array<ArrayBuffer> {
  const writeStart = createInstantWriter(timezone);
  const writeKnown = createInstantWriter(timezone);
  const scratch = createScratch();

  return ({ count, startsUs, values, knownUs, rawPayloadIds }, prefix) => {
    const valueBytes = Buffer.from(values, 'latin1');
    const idBytes = Buffer.from(rawPayloadIds ?? '', 'latin1');
    const longestRest = 2 * LONGEST_INSTANT + ',,,\r\n'.length;
    const lines = scratch.take(count * (prefix.length + longestRest) + valueBytes.length + idBytes.length);
    let end = 0;
    let value = 0;
    let id = 0;
    for (let i = 0; i < count; i++) {
      lines.set(prefix, end);
      end = writeStart(lines, end + prefix.length, startsUs[i] as number);
      lines[end++] = COMMA;
      const valueEnd = fieldEnd(valueBytes, value);
      if (valueBytes[value] !== N) end = copy(valueBytes, value, valueEnd, lines, end);
      value = valueEnd + 1;
      if (knownUs !== null) {
        lines[end++] = COMMA;
        end = writeKnown(lines, end, knownUs[i] as number);
        lines[end++] = COMMA;
        const idEnd = fieldEnd(idBytes, id);
        end = copy(idBytes, id, idEnd, lines, end);
        id = idEnd + 1;
      }
      lines[end++] = CR;
      lines[end++] = LF;
    }
    return Buffer.from(lines.subarray(0, end));
  };
}

function fieldEnd(list: Uint8Array, from: number): number {
  let end = from;
  while (end < list.length && list[end] !== COMMA) end++;
  return end;
}

/** A field is too short for a copy of the runtime's to pay. */
function copy(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): number {
  let end = at;
  for (let i = from; i < to; i++) target[end++] = source[i] as number;
  return end;
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
