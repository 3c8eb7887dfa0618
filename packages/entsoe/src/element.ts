import { DocumentError, type DocumentPlace } from '@energy-data-service/domain';
import { trimXml, type XmlElement } from './xml.ts';

/** Codes, names and identifiers of the platform are far shorter; they become parts of database keys. */
const MAX_CODE_LENGTH = 100;

/**
 * The only child with this name; null if there is none.
 *
 * @throws {DocumentError} if there are several: each says something, and nothing tells which is meant
 */
export function findChild(parent: XmlElement, name: string, place: DocumentPlace): XmlElement | null {
  let found: XmlElement | null = null;
  for (const child of parent.children) {
    if (child.name !== name) continue;
    if (found !== null)
      throw new DocumentError('element is repeated', { ...place, offset: child.offset, element: name });
    found = child;
  }
  return found;
}

/** @throws {DocumentError} if the child is missing or repeated */
export function getChild(parent: XmlElement, name: string, place: DocumentPlace): XmlElement {
  const child = findChild(parent, name, place);
  if (child === null) throw missing(parent, name, place);
  return child;
}

/**
 * The text of the only child with this name, trimmed; null if the child is missing or empty.
 *
 * @param maxLength - by default that of a code or a number
 * @throws {DocumentError} if it is repeated, has children or is longer
 */
export function findText(
  parent: XmlElement,
  name: string,
  place: DocumentPlace,
  maxLength = MAX_CODE_LENGTH,
): string | null {
  const child = findChild(parent, name, place);
  if (child === null) return null;
  const context = { ...place, offset: child.offset, element: name };
  if (child.children.length > 0) throw new DocumentError('element holds elements instead of text', context);
  const text = trimXml(child.text);
  if (text.length > maxLength) throw new DocumentError('text is too long', { ...context, limit: maxLength });
  return text === '' ? null : text;
}

/** @throws {DocumentError} if it is missing, empty, repeated, has children or is too long */
export function getText(parent: XmlElement, name: string, place: DocumentPlace): string {
  const text = findText(parent, name, place);
  if (text === null) throw missing(parent, name, place);
  return text;
}

function missing(parent: XmlElement, name: string, place: DocumentPlace): DocumentError {
  return new DocumentError('element is missing', { ...place, offset: parent.offset, element: name });
}
