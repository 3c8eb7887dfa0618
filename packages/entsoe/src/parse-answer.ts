import {
  type CollectRequest,
  DocumentError,
  type Observation,
  type ParsedAnswer,
} from '@energy-data-service/domain';
import { ACKNOWLEDGEMENT_ROOT, readAcknowledgement } from './acknowledgement.ts';
import { getItem } from './datasets.ts';
import { DOCUMENT_SHAPES } from './document-shape.ts';
import { type ReadContext, readMarketDocument } from './market-document.ts';
import { createMarkupBudget, type MarkupBudget } from './markup-budget.ts';
import { createPeriodScanner } from './period-scanner.ts';
import { createProblems } from './problems.ts';
import { createStepBudget } from './step-budget.ts';
import { decodeUtf8 } from './utf8.ts';
import { parseXml } from './xml.ts';
import { isZip, readZip } from './zip.ts';

export interface ParseOptions {
  /** Whether regular Periods are read by the scanner. Without it the answer is the same, and takes ten times as long. */
  readonly scan?: boolean;
}

/**
 * Decodes the body of an answer: a document, or a ZIP of documents.
 *
 * @throws {DocumentError} naming the document, the place in it and the reason
 * @throws {PermanentError} if the request's dataset is not one of ours
 */
export function parseAnswer(
  request: CollectRequest,
  body: Uint8Array,
  { scan = true }: ParseOptions = {},
): ParsedAnswer {
  const item = getItem(request.dataset);
  const context: AnswerContext = {
    item,
    area: request.area,
    budget: createStepBudget(),
    problems: createProblems(),
    markup: createMarkupBudget(),
    scan,
  };
  const observations: Observation[] = [];
  let outcome: ParsedAnswer['outcome'] = 'no-data';
  let index = 0;
  for (const { name, bytes } of isZip(body) ? readZip(body) : [{ name: null, bytes: body }]) {
    index++;
    const read = parseDocument(bytes, name, index, context);
    if (read === 'no-data') continue;
    outcome = 'data';
    for (const observation of read) observations.push(observation);
  }
  return { outcome, observations, problems: context.problems.list() };
}

interface AnswerContext extends ReadContext {
  readonly scan: boolean;
  readonly markup: MarkupBudget;
}

function parseDocument(
  bytes: Uint8Array,
  entry: string | null,
  index: number,
  context: AnswerContext,
): Observation[] | 'no-data' {
  if (entry !== null && isZip(bytes))
    throw new DocumentError('entry of the ZIP is a ZIP', { document: entry, byteOffset: 0 });
  const shape = DOCUMENT_SHAPES[context.item.root];
  const scanner = createPeriodScanner(shape.period, shape.value);
  const root = parseXml(decodeUtf8(bytes, entry), {
    entry,
    budget: context.markup,
    // One that declines all is not none: the parser is given the same parts, and so meets the same fault first.
    scanner: context.scan ? scanner : { ...scanner, scan: () => null },
  });
  if (root.name !== ACKNOWLEDGEMENT_ROOT) {
    return readMarketDocument({ root, scannedPeriods: scanner.periods, index, entry }, context);
  }
  const { isNoData, reason } = readAcknowledgement(root);
  if (isNoData) return 'no-data';
  throw new DocumentError('answer is a refusal', {
    document: entry ?? root.name,
    offset: root.offset,
    reason,
  });
}
