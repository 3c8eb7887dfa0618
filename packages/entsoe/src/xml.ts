import { DocumentError } from '@energy-data-service/domain';
import { SaxesParser } from 'saxes';
import { createMarkupBudget, type Excess, findLongStretch, type MarkupBudget } from './markup-budget.ts';
import { NAMELESS_DOCUMENT } from './nameless-document.ts';

/** An element. Attributes are left out: nothing in the platform's documents depends on one. */
export interface XmlElement {
  /** Local name: prefixes and namespaces change between versions of the same document. */
  readonly name: string;
  /** Text of an element without children, as written, entities decoded; empty if it has children. */
  readonly text: string;
  readonly children: readonly XmlElement[];
  /** Where the content begins, in UTF-16 code units of the document's text. */
  readonly offset: number;
}

/** Reads the content of one kind of element faster than the parser does. */
export interface ContentScanner {
  /** The start tag of the elements that are offered, exactly as written. */
  readonly startTag: string;
  /** Levels of elements within the content, at most. */
  readonly depth: number;
  /**
   * Reads the content of `element`, which begins at `from`. Only what is certain to mean the same to the
   * parser may be read.
   *
   * @returns null to leave the content to the parser
   */
  scan(element: XmlElement, text: string, from: number): ScannedContent | null;
}

export interface ScannedContent {
  /** Offset of the element's end tag. */
  readonly end: number;
  /** Start and end tags in the content. Comments, instructions, attributes and entities must not be read. */
  readonly tags: number;
}

/** Real documents have up to 8 levels. Names of namespaces are looked up level by level. */
const MAX_DEPTH = 16;
const MAX_ATTRIBUTES = 16;
const MAX_NAME_LENGTH = 100;
const MAX_TEXT_LENGTH = 100_000;

interface OpenElement extends XmlElement {
  text: string;
  readonly children: XmlElement[];
}

export interface XmlOptions {
  /** The document's name, for errors; by default that of its root element. */
  readonly entry?: string | null;
  readonly scanner?: ContentScanner;
  /** What is left for the documents of the answer; by default this is the only one. */
  readonly budget?: MarkupBudget;
}

/**
 * Reads a document of elements and text, strictly: whatever XML forbids is an error, and so are a DOCTYPE,
 * other encodings, text beside elements, and sizes that no real document has.
 *
 * @returns the root element
 * @throws {DocumentError} with the offset
 */
export function parseXml(
  text: string,
  { entry = null, scanner, budget = createMarkupBudget() }: XmlOptions = {},
): XmlElement {
  // Found before the parser gathers what it declares; no document of the platform holds the characters otherwise.
  const doctype = text.indexOf('<!DOCTYPE');
  if (doctype !== -1) {
    throw new DocumentError('document has a DOCTYPE', {
      document: entry ?? NAMELESS_DOCUMENT,
      offset: doctype,
    });
  }

  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let attributes = 0;
  /** Code units that the parser has not seen. */
  let scanned = 0;

  parser.on('error', ({ message }) =>
    refuse('document is not well-formed XML', { reason: message.slice(0, 200) }),
  );
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(encoding)) {
      refuse('document declares another encoding than UTF-8', { encoding: encoding.slice(0, 40) });
    }
  });
  parser.on('opentagstart', () => {
    attributes = 0;
  });
  parser.on('attribute', () => {
    attributes++;
    if (attributes > MAX_ATTRIBUTES) refuse('element has too many attributes', { limit: MAX_ATTRIBUTES });
  });
  parser.on('opentag', ({ local }) => {
    if (local.length > MAX_NAME_LENGTH) refuse('name is too long', { limit: MAX_NAME_LENGTH });
    const element: OpenElement = { name: local, text: '', children: [], offset: offset() };
    if (open.length === MAX_DEPTH) refuse('elements are nested too deep', { limit: MAX_DEPTH });
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else {
      dropBlankText(parent);
      parent.children.push(element);
    }
    open.push(element);
  });
  parser.on('text', appendText);
  parser.on('cdata', appendText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element !== undefined && element.children.length > 0) dropBlankText(element);
  });

  // Of the whole text: its parts end within a stretch wherever the start tag's characters stand.
  demandBudget(findLongStretch(text), 0);
  let from = 0;
  if (scanner !== undefined) {
    const { startTag, depth } = scanner;
    for (let at = text.indexOf(startTag); at !== -1; at = text.indexOf(startTag, from)) {
      const contentStart = at + startTag.length;
      write(from, contentStart);
      from = contentStart;
      const element = open.at(-1);
      // Elsewhere the same characters stand in a comment or in character data.
      if (element?.offset !== contentStart) continue;
      // What is nested too deep is refused, whoever reads it.
      if (open.length + depth > MAX_DEPTH) continue;
      const content = scanner.scan(element, text, contentStart);
      if (content === null) continue;
      demandBudget(budget.spendScanned(text.slice(contentStart, content.end), content.tags), contentStart);
      scanned += content.end - contentStart;
      from = content.end;
    }
  }
  write(from, text.length);
  parser.close();
  if (root === undefined) return refuse('document has no root element');
  return root;

  function write(start: number, end: number): void {
    const part = text.slice(start, end);
    demandBudget(budget.spend(part), start);
    parser.write(part);
  }

  function demandBudget(excess: Excess | null, start: number): void {
    if (excess === null) return;
    // Whether the root has been read by now hangs on the scanner; what is refused must not.
    const document = entry ?? NAMELESS_DOCUMENT;
    refuse(excess.message, { document, offset: start + excess.at, ...excess.context });
  }

  function appendText(part: string): void {
    const element = open.at(-1);
    if (element === undefined) return;
    if (element.text.length + part.length > MAX_TEXT_LENGTH) {
      refuse('text is too long', { element: element.name, limit: MAX_TEXT_LENGTH });
    }
    element.text += part;
  }

  function dropBlankText(element: OpenElement): void {
    if (trimXml(element.text) !== '') refuse('text stands beside elements', { element: element.name });
    element.text = '';
  }

  function offset(): number {
    return parser.position + scanned;
  }

  function refuse(message: string, context: Record<string, unknown> = {}): never {
    const document = entry ?? root?.name ?? NAMELESS_DOCUMENT;
    throw new DocumentError(message, { document, offset: offset(), ...context });
  }
}

/** Without the white space of XML at both ends; `String.trim` would also take away what is no white space there. */
export function trimXml(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++;
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
