import { DocumentError } from '@energy-data-service/domain';
import { ACKNOWLEDGEMENT_ROOT, readAcknowledgement } from './acknowledgement.ts';
import { banEnd, maintenanceEnd, saysBanned } from './ban.ts';
import { decodeUtf8 } from './utf8.ts';
import { parseXml, trimXml } from './xml.ts';
import { isZip } from './zip.ts';

/** What the platform may answer, as far as it decides the answer's meaning. */
export interface HttpAnswer {
  readonly status: number;
  /** The header of that name. */
  readonly retryAfter: string | null;
  readonly body: Uint8Array;
}

/** What an answer means, and so what is to be done. */
export type Verdict =
  | { readonly kind: 'data' }
  /** Nothing is published for the request: as good an answer as data. */
  | { readonly kind: 'no-data' }
  /** The window has to be split; into windows of at most `maxDays` × 24 hours, if the refusal names a length. */
  | { readonly kind: 'too-large'; readonly maxDays: number | null; readonly reason: string }
  /** The request is wrong, and so is every repetition. */
  | { readonly kind: 'bad-request'; readonly reason: string }
  | { readonly kind: 'unauthorized' }
  /** Nothing may be asked before `until`. */
  | { readonly kind: 'banned'; readonly until: Temporal.Instant }
  /** The platform is down on purpose or from overload, for minutes or days: nothing need be asked before `until`. */
  | { readonly kind: 'unavailable'; readonly until: Temporal.Instant; readonly reason: string }
  /** The platform, or something before it, is out of order for now. */
  | { readonly kind: 'fault'; readonly reason: string };

/**
 * Tells what an answer means, from its status, first bytes, root element and text together. None is enough by
 * itself: an acknowledgement carries the code 999 whatever it says, the content type is unreliable, and what
 * stands before the application answers in HTML, JSON and plain text.
 *
 * Whether a document is sound is not looked into, beyond its having an end: it is stored before it is parsed.
 *
 * @param redact - takes out of a text what must not go on; reasons have been through it
 */
export function classifyAnswer(
  { status, retryAfter, body }: HttpAnswer,
  now: Temporal.Instant,
  redact: (text: string) => string = (text) => text,
): Verdict {
  const content = readContent(body, redact);
  if (status === 429 || saysBanned(content.text)) {
    return { kind: 'banned', until: banEnd(content.text, retryAfter, now) };
  }
  if (
    status === 401 ||
    status === 403 ||
    /authentication failed|invalid security token/i.test(content.text)
  ) {
    return { kind: 'unauthorized' };
  }
  const reason = content.text === '' ? 'no reason given' : content.text;
  if (status === 503) return { kind: 'unavailable', until: maintenanceEnd(retryAfter, now), reason };
  if (content.kind === 'no-data' && status < 500) return { kind: 'no-data' };
  if (content.kind === 'acknowledgement' && status < 500) return refusal(reason, status);
  if (status === 200) return content.kind === 'document' ? { kind: 'data' } : { kind: 'fault', reason };
  if (status < 400 || status === 404 || status === 408 || status >= 500) return { kind: 'fault', reason };
  return { kind: 'bad-request', reason };
}

/** What an acknowledgement means that is neither about credentials nor about a ban nor about missing data. */
function refusal(reason: string, status: number): Verdict {
  const [, longest] = /larger than maximum allowed period\s*'?(P[0-9A-Z]+)/i.exec(reason) ?? [];
  if (longest !== undefined) return { kind: 'too-large', maxDays: wholeDays(longest), reason };
  if (/exceeds (?:the )?allowed (?:maximum|limit)/i.test(reason)) {
    return { kind: 'too-large', maxDays: null, reason };
  }
  // A success with an unknown complaint is no word about the request.
  return { kind: status === 200 ? 'fault' : 'bad-request', reason };
}

/** Days that fit a duration however it falls on the calendar; null if it is none or shorter than a day. */
function wholeDays(duration: string): number | null {
  const [, count, unit] = /^P(\d{1,4})([YMWD])$/i.exec(duration) ?? [];
  if (count === undefined || unit === undefined) return null;
  // A month is measured from the window's start, and February's has 28 days.
  const days = { Y: 365, M: 28, W: 7, D: 1 }[unit.toUpperCase()] ?? 0;
  return Number(count) * days || null;
}

interface Content {
  /** `no-data`: an acknowledgement that says nothing else. `other`: HTML, JSON, plain text, nothing, or a document that breaks off. */
  readonly kind: 'document' | 'no-data' | 'acknowledgement' | 'other';
  /** What it says to people, in a line; empty for data. */
  readonly text: string;
}

/** Longer bodies than this say nothing more. */
const MAX_TEXT_BYTES = 16 * 1024;
const MAX_TEXT_LENGTH = 300;

function readContent(body: Uint8Array, redact: (text: string) => string): Content {
  if (body.length === 0) return { kind: 'other', text: 'empty answer' };
  if (isZip(body)) return { kind: 'document', text: '' };
  const root = findRoot(body);
  if (root === null || !root.name.endsWith('_MarketDocument'))
    return { kind: 'other', text: redact(plainText(body)).slice(0, MAX_TEXT_LENGTH) };
  if (!root.hasEnd) return { kind: 'other', text: 'document breaks off' };
  if (root.name !== ACKNOWLEDGEMENT_ROOT) return { kind: 'document', text: '' };
  try {
    const { isNoData, reason } = readAcknowledgement(parseXml(decodeUtf8(body)), redact);
    return { kind: isNoData ? 'no-data' : 'acknowledgement', text: reason };
  } catch (error) {
    if (error instanceof DocumentError) return { kind: 'other', text: 'acknowledgement cannot be read' };
    throw error;
  }
}

/** Local name of the root element, and whether its end tag is there; null for what is not XML. */
function findRoot(body: Uint8Array): { name: string; hasEnd: boolean } | null {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const head = buffer.toString('utf8', 0, 4096);
  // A document type is for the parser to refuse, once the answer is stored.
  const prolog = /^\uFEFF?\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^[>]*(?:\[[^\]]*\]\s*)?>\s*)*/s.exec(
    head,
  );
  const [, name, rest] = /^<([^\s/<>!?]+)([^<>]*)>/.exec(head.slice(prolog?.[0].length ?? 0)) ?? [];
  if (name === undefined || rest === undefined) return null;
  return {
    name: name.slice(name.indexOf(':') + 1),
    hasEnd: rest.endsWith('/') || buffer.lastIndexOf(`</${name}`) !== -1,
  };
}

/** Text of HTML or of anything else, in a line. */
function plainText(body: Uint8Array): string {
  const text = new TextDecoder()
    .decode(body.subarray(0, MAX_TEXT_BYTES))
    .replaceAll(/<(?:style|script)\b[\s\S]*?<\/(?:style|script)>|<[^<>]*>/gi, ' ')
    .replaceAll(/&(?:apos|#0?39|#x27);/gi, "'")
    .replaceAll(/\s+/g, ' ');
  return trimXml(text);
}
