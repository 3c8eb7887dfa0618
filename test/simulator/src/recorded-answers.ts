import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TimeWindow } from '@energy-data-service/domain';
import { z } from 'zod';
import { noDataAnswer } from './acknowledgement.ts';
import type { Answer, AnswerSource } from './answer.ts';
import { findLoadItem } from './load-items.ts';
import { refuseLongWindow, unknownCombination } from './load-request.ts';
import { type DocumentDescription, describeDocument, isZip } from './recorded-document.ts';
import {
  missingParameter,
  type RequestParameters,
  readQuery,
  readWindow,
  withPeriodSpelled,
} from './request-parameters.ts';

/** `requests.json`: by path in the folder, the exchange that a body was recorded from. */
const RecordedExchanges = z.record(
  z.string(),
  z.object({
    status: z.int(),
    /** Path and query, without the token. */
    request: z.string(),
    contentDisposition: z.string().nullish(),
  }),
);

/** A recorded body that can be found by what it says. */
interface RecordedDocument extends DocumentDescription {
  readonly answer: Answer;
}

/**
 * Serves a folder of recorded bodies (`.xml`, `.zip`, `.html`), byte for byte as they are, to requests for any item:
 *
 * 1. A request with exactly the parameters of an exchange in the folder's `requests.json` (in any order, with the
 *    period spelled either way) gets that exchange's body, status and Content-Disposition.
 * 2. Any other gets a document of the same type and process that names every domain of the request and whose
 *    interval overlaps the window; among several, one whose interval is the window, then the one created last.
 *    Other parameters are not compared, and nothing is clipped to the window.
 * 3. When there is none, "no matching data found".
 *
 * Corrections do not apply; the longest window of the load items does.
 */
export async function recordedAnswers(folder: string): Promise<AnswerSource> {
  const bodies = await readBodies(folder);
  const exchanges = await readExchanges(folder, bodies);
  const documents = [...bodies].flatMap(([path, body]): RecordedDocument[] => {
    const description = describeDocument(body);
    return description ? [{ ...description, answer: recordedAnswer(path, body) }] : [];
  });

  return {
    answer(parameters, { now, maxPeriod }) {
      const documentType = parameters.get('documenttype');
      if (documentType === undefined) throw unknownCombination(parameters);
      const item = findLoadItem(documentType, parameters.get('processtype'));
      if (item) refuseLongWindow(item, readWindow(parameters), maxPeriod(item));

      const exchange = exchanges.get(requestKey(parameters));
      if (exchange) return exchange;

      const window = readWindow(parameters);
      const areas = domainsOf(parameters);
      if (item && areas.length === 0) throw missingParameter('outBiddingZone_Domain');
      const [best] = documents
        .filter((document) => isCandidate(document, parameters, window))
        .sort((a, b) => preference(a, b, window));
      return (
        best?.answer ??
        noDataAnswer(item ?? { dataItem: documentType, article: 'NONE' }, areas.join(', '), window, now)
      );
    },
  };
}

async function readBodies(folder: string): Promise<Map<string, Uint8Array>> {
  const paths = await readdir(folder, { recursive: true });
  const bodyPaths = paths.filter((path) => /\.(xml|zip|html)$/.test(path)).sort();
  return new Map(
    await Promise.all(bodyPaths.map(async (path) => [path, await readFile(join(folder, path))] as const)),
  );
}

async function readExchanges(
  folder: string,
  bodies: ReadonlyMap<string, Uint8Array>,
): Promise<Map<string, Answer>> {
  const text = await readFile(join(folder, 'requests.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const exchanges = RecordedExchanges.parse(JSON.parse(text));
  return new Map(
    Object.entries(exchanges).map(([path, { status, request, contentDisposition }]) => {
      const body = bodies.get(path);
      if (!body) throw new Error(`requests.json names ${path}, which is not in the folder`);
      const { parameters } = readQuery(new URLSearchParams(request.replace(/^[^?]*\?/, '')));
      return [
        requestKey(parameters),
        { ...recordedAnswer(path, body), status, contentDisposition: contentDisposition ?? null },
      ];
    }),
  );
}

/** The answer of a body of which no more than its file is known. */
function recordedAnswer(path: string, body: Uint8Array): Answer {
  const zip = isZip(body);
  return {
    status: 200,
    contentType: zip ? 'application/zip' : path.endsWith('.html') ? 'text/html' : 'text/xml',
    contentDisposition: `${zip ? 'attachment' : 'inline'}; filename="${basename(path)}"`,
    body,
  };
}

/** One text for every spelling of the same request. */
function requestKey(parameters: RequestParameters): string {
  return JSON.stringify([...withPeriodSpelled(parameters)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function domainsOf(parameters: RequestParameters): string[] {
  return [...parameters].filter(([name]) => name.includes('domain')).map(([, value]) => value);
}

function isCandidate(document: RecordedDocument, parameters: RequestParameters, window: TimeWindow): boolean {
  const processType = parameters.get('processtype');
  return (
    document.documentType === parameters.get('documenttype') &&
    (processType === undefined || document.processType === processType) &&
    domainsOf(parameters).every((eic) => document.domains.has(eic)) &&
    Temporal.Instant.compare(document.window.from, window.to) < 0 &&
    Temporal.Instant.compare(window.from, document.window.to) < 0
  );
}

function preference(a: RecordedDocument, b: RecordedDocument, window: TimeWindow): number {
  return (
    Number(isWindow(b, window)) - Number(isWindow(a, window)) ||
    Temporal.Instant.compare(b.createdAt, a.createdAt)
  );
}

function isWindow(document: RecordedDocument, { from, to }: TimeWindow): boolean {
  return document.window.from.equals(from) && document.window.to.equals(to);
}
