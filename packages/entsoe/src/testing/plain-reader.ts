import type { DocumentDescription, PeriodDescription, SeriesDescription } from './answer-description.ts';
import { Refusal } from './answer-model.ts';

/**
 * What a document says that is known to be well-formed, read without any of the code that is proved by it. null
 * for an acknowledgement.
 *
 * @throws {Refusal} if an element that matters is there twice, or holds elements instead of text
 */
export function describeDocument(text: string): DocumentDescription | null {
  const root = readTree(text);
  if (root.name === 'Acknowledgement_MarketDocument') return null;
  if (root.name !== 'GL_MarketDocument') throw new Refusal(`root ${root.name}`);
  return {
    root: root.name,
    mrid: textOf(root, 'mRID'),
    type: textOf(root, 'type'),
    processType: textOf(root, 'process.processType'),
    series: childrenOf(root, 'TimeSeries').map(
      (series): SeriesDescription => ({
        mrid: textOf(series, 'mRID'),
        businessType: textOf(series, 'businessType'),
        objectAggregation: textOf(series, 'objectAggregation'),
        area: textOf(series, 'outBiddingZone_Domain.mRID'),
        unit: onlyOf([
          textOf(series, 'quantity_Measure_Unit.name'),
          textOf(series, 'quantity_Measurement_Unit.name'),
        ]),
        curveType: textOf(series, 'curveType'),
        periods: childrenOf(series, 'Period').map(describePeriod),
      }),
    ),
  };
}

function describePeriod(period: Node): PeriodDescription {
  const [interval, ...others] = childrenOf(period, 'timeInterval');
  if (interval === undefined || others.length > 0) throw new Refusal('timeInterval');
  return {
    start: textOf(interval, 'start'),
    end: textOf(interval, 'end'),
    resolution: textOf(period, 'resolution'),
    points: childrenOf(period, 'Point').map((point) => ({
      position: textOf(point, 'position'),
      value: textOf(point, 'quantity'),
    })),
  };
}

interface Node {
  readonly name: string;
  text: string;
  readonly children: Node[];
}

const TOKEN =
  /<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(?<verbatim>.*?)\]\]>|<(?<end>\/)?(?<name>[^\s/>]+)(?:[^>"']|"[^"]*"|'[^']*')*?(?<empty>\/)?>|(?<text>[^<]+)/gs;

function readTree(document: string): Node {
  const top: Node = { name: '', text: '', children: [] };
  const path = [top];
  for (const { groups } of document.replaceAll(/\r\n?/g, '\n').matchAll(TOKEN)) {
    const parent = path.at(-1) ?? top;
    if (groups?.end !== undefined) path.pop();
    else if (groups?.name !== undefined) {
      const node = { name: groups.name.replace(/^.*:/, ''), text: '', children: [] };
      parent.children.push(node);
      if (groups.empty === undefined) path.push(node);
    } else parent.text += groups?.verbatim ?? decode(groups?.text ?? '');
  }
  return top.children[0] ?? top;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) =>
    name === undefined
      ? String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
      : (ENTITIES[name] ?? ''),
  );
}

function onlyOf(texts: readonly (string | null)[]): string | null {
  const [text, ...others] = new Set(texts.filter((one) => one !== null));
  if (others.length > 0) throw new Refusal('several units');
  return text ?? null;
}

function childrenOf(node: Node, name: string): Node[] {
  return node.children.filter((child) => child.name === name);
}

/** Text of the only child of this name; null if there is none, or nothing in it. */
function textOf(node: Node, name: string): string | null {
  const [child, ...others] = childrenOf(node, name);
  if (others.length > 0 || (child?.children.length ?? 0) > 0) throw new Refusal(`several ${name}`);
  return child?.text.replaceAll(/^[ \t\r\n]+|[ \t\r\n]+$/g, '') || null;
}
