import {
  areaTimezone,
  createSeriesKey,
  DocumentError,
  type DocumentPlace,
  type Observation,
} from '@energy-data-service/domain';
import { type CurveType, expandCurve, sortPoints } from './curve.ts';
import type { EntsoeItem } from './datasets.ts';
import { DOCUMENT_SHAPES, type DocumentShape } from './document-shape.ts';
import { findText, getText } from './element.ts';
import { type Period, readPeriod } from './period.ts';
import type { Problems } from './problems.ts';
import type { StepBudget } from './step-budget.ts';
import { cutSteps } from './steps.ts';
import type { XmlElement } from './xml.ts';

/** What the documents of one answer share. */
export interface ReadContext {
  readonly item: EntsoeItem;
  /** Area that was asked for. */
  readonly area: string;
  readonly budget: StepBudget;
  readonly problems: Problems;
}

/** A document of series, parsed. */
export interface MarketDocument {
  readonly root: XmlElement;
  /** Periods that have been read already. */
  readonly scannedPeriods: ReadonlyMap<XmlElement, Period>;
  /** Place among the documents of the answer, from 1. */
  readonly index: number;
  /** Name of the ZIP's entry; null if the document is the whole answer. */
  readonly entry: string | null;
}

/**
 * The series of a document, in its order: one observation per unbroken stretch of a Period.
 *
 * A document that is not of the item asked for is refused: a forecast must never pass for actual values. A series of
 * another area than was asked for is left out, and reported: answers are put into order by the area of the request.
 *
 * @throws {DocumentError}
 */
export function readMarketDocument(document: MarketDocument, context: ReadContext): Observation[] {
  const { root, entry } = document;
  const { item } = context;
  const place = { document: entry ?? root.name, offset: root.offset };
  if (root.name !== item.root) {
    throw new DocumentError('document is of another kind than asked for', {
      ...place,
      root: root.name,
      expected: item.root,
    });
  }
  expectCode(root, 'type', item.documentType, place);
  expectCode(root, 'process.processType', item.processType, place);
  const documentMrid = findText(root, 'mRID', place);

  const shape: DocumentShape = DOCUMENT_SHAPES[item.root];
  return root.children
    .filter((child) => child.name === shape.series)
    .flatMap((series, i) => readSeries(series, i + 1, documentMrid, shape, document, context));
}

function readSeries(
  element: XmlElement,
  series: number,
  documentMrid: string | null,
  shape: DocumentShape,
  { root, scannedPeriods, index, entry }: MarketDocument,
  { item, area: requestedArea, budget, problems }: ReadContext,
): Observation[] {
  const place = { document: entry ?? root.name, series, offset: element.offset };
  const label = `${entry === null ? '' : `${entry}, `}series ${series}`;
  const area = getText(element, shape.area, place);
  const timezone = areaTimezone(area);
  const publishedCurveType = findText(element, 'curveType', place);
  const curveType = readCurveType(publishedCurveType, place);
  const description = {
    documentMrid,
    timeSeriesMrid: findText(element, 'mRID', place),
    curveType: publishedCurveType,
    objectAggregation: findText(element, 'objectAggregation', place),
  };
  const identity = {
    source: item.dataset.source,
    dataset: item.dataset.id,
    area,
    businessType: findText(element, 'businessType', place),
    unit: readUnit(element, shape.unit, place),
    quantity: shape.value,
  };

  const periods = element.children.filter((child) => child.name === shape.period);
  if (periods.length === 0) problems.report(`${label}: no Period`);
  const observations = periods.flatMap((child, i) => readSeriesPeriod(child, i + 1));
  if (area === requestedArea) return observations;
  // Read all the same: whether a document can be decoded does not depend on what was asked for.
  problems.report(
    `${label}: of area ${area}; ${requestedArea} was asked for; not stored, only the raw answer has it`,
  );
  return [];

  function readSeriesPeriod(child: XmlElement, periodIndex: number): Observation[] {
    const periodPlace = { ...place, period: periodIndex, offset: child.offset };
    const period = scannedPeriods.get(child) ?? readPeriod(child, shape.value, periodPlace);
    const steps = cutSteps(period, timezone, budget, periodPlace);
    const curve = sortPoints(period, steps.count, periodPlace);

    const periodLabel = `${label}, period ${periodIndex}`;
    if (period.positions.length === 0) problems.report(`${periodLabel}: no Point`);
    if (steps.fault !== null) problems.report(`${periodLabel}: ${steps.fault}`);
    for (const position of curve.beyond) {
      problems.report(
        `${periodLabel}: position ${position} lies beyond the last step ${steps.count}; dropped`,
      );
    }

    // The dataset settles the process type, and a document may leave it out: it is not part of the identity.
    const key = createSeriesKey({ ...identity, resolution: steps.resolution });
    const blocks = expandCurve(curve, curveType, steps);
    budget.spendBlocks(blocks.length, periodPlace);
    return blocks.map((block) => ({
      key,
      block,
      ...description,
      place: { document: index, series, period: periodIndex },
    }));
  }
}

/** A code may be left out, but not be another one. */
function expectCode(root: XmlElement, name: string, expected: string, place: DocumentPlace): void {
  const code = findText(root, name, place);
  if (code !== null && code !== expected) {
    throw new DocumentError('document is of another item than asked for', {
      ...place,
      element: name,
      code,
      expected,
    });
  }
}

function readCurveType(published: string | null, place: DocumentPlace): CurveType {
  if (published === null || published === 'A01') return 'A01';
  if (published === 'A03') return 'A03';
  throw new DocumentError('unsupported curve type', { ...place, curveType: published });
}

/** The element was renamed between versions; nothing tells which is meant where both are there and differ. */
function readUnit(series: XmlElement, names: readonly string[], place: DocumentPlace): string | null {
  const units = new Set(names.map((name) => findText(series, name, place)).filter((unit) => unit !== null));
  if (units.size > 1)
    throw new DocumentError('series has two different units', { ...place, units: [...units] });
  return units.values().next().value ?? null;
}
