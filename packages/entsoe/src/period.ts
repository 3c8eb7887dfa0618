import { DocumentError, type DocumentPlace, type Value } from '@energy-data-service/domain';
import { findText, getChild, getText } from './element.ts';
import type { XmlElement } from './xml.ts';

/** A Period as written: Points are neither sorted nor compared with the Period's length. */
export interface Period {
  /** Instant, inclusive, not yet checked. */
  readonly start: string;
  /** Instant, exclusive, not yet checked. */
  readonly end: string;
  /** ISO 8601 duration, not yet checked. */
  readonly resolution: string;
  /** Positions of the Points, from 1. */
  readonly positions: readonly number[];
  /** By place among the Points, from 0: positions as written, of which the number would be written otherwise. */
  readonly spellings: ReadonlyMap<number, string>;
  /** Values of the Points: decimal numbers; null where a Point has none. */
  readonly values: readonly Value[];
}

/**
 * Reads a Period from its elements.
 *
 * @param value - name of the Point's element that holds the value; missing or empty, it is an explicit "no value"
 */
export function readPeriod(element: XmlElement, value: string, place: DocumentPlace): Period {
  const interval = getChild(element, 'timeInterval', place);
  const positions: number[] = [];
  const spellings = new Map<number, string>();
  const values: Value[] = [];
  for (const point of element.children) {
    if (point.name !== 'Point') continue;
    const text = readPosition(point, place);
    const position = Number(text);
    if (String(position) !== text) spellings.set(positions.length, text);
    positions.push(position);
    values.push(readValue(point, value, place));
  }
  return {
    start: getText(interval, 'start', place),
    end: getText(interval, 'end', place),
    resolution: getText(element, 'resolution', place),
    positions,
    spellings,
    values,
  };
}

function readPosition(point: XmlElement, place: DocumentPlace): string {
  const text = getText(point, 'position', place);
  if (!/^\+?0*[1-9][0-9]*$/.test(text)) {
    throw new DocumentError('position is not a whole number from 1', {
      ...place,
      offset: point.offset,
      position: text,
    });
  }
  return text;
}

function readValue(point: XmlElement, name: string, place: DocumentPlace): Value {
  const text = findText(point, name, place);
  if (text !== null && !/^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/.test(text)) {
    throw new DocumentError('value is not a decimal number', { ...place, offset: point.offset, value: text });
  }
  return text;
}
