import { parseResolution } from '@energy-data-service/domain';
import { SaxesParser } from 'saxes';
import type { Answer, AnswerConditions, AnswerSource } from './answer.ts';
import type { Corrections } from './corrections.ts';
import { formatPeriodBound } from './instant-format.ts';
import { LOAD_ITEMS, type LoadItemId } from './load-items.ts';

export const CZ = '10YCZ-CEPS-----N';
export const DE_LU = '10Y1001A1001A82H';

/** A reading of a load document that shares nothing with its writing. */
export interface ReadDocument {
  readonly interval: string;
  readonly series: readonly {
    readonly businessType: string;
    readonly curveType: string;
    readonly periods: readonly ReadPeriod[];
  }[];
}

interface ReadPeriod {
  readonly start: string;
  readonly end: string;
  readonly resolution: string;
  /** Value by position; null where a point has none. */
  readonly points: ReadonlyMap<number, string | null>;
}

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

/** The root element of a well-formed document; throws for any other. */
export function readXml(text: string): Element {
  const root: Element = { name: '', children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name }) => {
    const element = { name, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (content) => {
    const current = open.at(-1);
    if (current) current.text += content;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  return child(root, root.children[0]?.name ?? '');
}

export function readDocument(body: Uint8Array): ReadDocument {
  const root = readXml(Buffer.from(body).toString());
  if (root.name !== 'GL_MarketDocument') throw new Error(`${root.name}: ${body}`);
  return {
    interval: readInterval(child(root, 'time_Period.timeInterval')),
    series: children(root, 'TimeSeries').map((series) => ({
      businessType: child(series, 'businessType').text,
      curveType: child(series, 'curveType').text,
      periods: children(series, 'Period').map((period) => ({
        start: child(child(period, 'timeInterval'), 'start').text,
        end: child(child(period, 'timeInterval'), 'end').text,
        resolution: child(period, 'resolution').text,
        points: new Map(
          children(period, 'Point').map((point) => [
            Number(child(point, 'position').text),
            children(point, 'quantity')[0]?.text ?? null,
          ]),
        ),
      })),
    })),
  };
}

/** Every step of a document as `business type, start` and its value, by the rules of its curve type. */
export function readValues(document: ReadDocument, timezone: string): Map<string, string | null> {
  return new Map(
    document.series.flatMap(({ businessType, curveType, periods }) =>
      periods.flatMap((period) => {
        let held: string | null = null;
        return stepStarts(period, timezone).flatMap((start, i) => {
          const point = period.points.get(i + 1);
          if (point === undefined && curveType === 'A01') return [];
          if (point !== undefined) held = point;
          return [[`${businessType} ${start}`, held] as const];
        });
      }),
    ),
  );
}

export function stepStarts({ start, end, resolution }: ReadPeriod, timezone: string): string[] {
  const step = parseResolution(resolution);
  if (!step) throw new Error(`no resolution: ${resolution}`);
  const last = Temporal.Instant.from(end);
  const first = Temporal.Instant.from(start).toZonedDateTimeISO(timezone);
  const starts: string[] = [];
  for (let i = 0; ; i++) {
    const at =
      step.kind === 'fixed'
        ? first.toInstant().add({ milliseconds: i * step.stepMs })
        : first
            .add(Temporal.Duration.from({ days: i * step.duration.days, years: i * step.duration.years }))
            .toInstant();
    if (Temporal.Instant.compare(at, last) >= 0) return starts;
    starts.push(at.toString());
  }
}

/** A request for an item as its parameters. */
export function parametersFor(
  id: LoadItemId,
  area: string,
  from: string | Temporal.Instant,
  to: string | Temporal.Instant,
  more: Readonly<Record<string, string>> = {},
): Map<string, string> {
  const item = LOAD_ITEMS.find((candidate) => candidate.id === id);
  return new Map(
    Object.entries({
      documenttype: item?.documentType ?? '',
      processtype: item?.processType ?? '',
      outbiddingzone_domain: area,
      periodstart: formatPeriodBound(Temporal.Instant.from(from)),
      periodend: formatPeriodBound(Temporal.Instant.from(to)),
      ...more,
    }),
  );
}

/** The same as a query, with a token. */
export function queryFor(...request: Parameters<typeof parametersFor>): string {
  return new URLSearchParams({
    ...Object.fromEntries(parametersFor(...request)),
    securityToken: 'token',
  }).toString();
}

export function conditionsAt(
  now: string | Temporal.Instant,
  corrections: Corrections = [],
): AnswerConditions {
  return { now: Temporal.Instant.from(now), corrections, maxPeriod: () => 'P1Y' };
}

export function ask(
  source: AnswerSource,
  request: Parameters<typeof parametersFor>,
  conditions: AnswerConditions,
): Answer {
  return source.answer(parametersFor(...request), conditions);
}

/** The text of an acknowledgement's reason. */
export function reasonOf(body: Uint8Array | string): string {
  const root = readXml(Buffer.from(body).toString());
  if (root.name !== 'Acknowledgement_MarketDocument') throw new Error(`${root.name} is no acknowledgement`);
  return child(child(root, 'Reason'), 'text').text;
}

function readInterval(element: Element): string {
  return `${child(element, 'start').text}/${child(element, 'end').text}`;
}

function children(element: Element, name: string): Element[] {
  return element.children.filter((candidate) => candidate.name === name);
}

function child(element: Element, name: string): Element {
  const [found, ...rest] = children(element, name);
  if (!found || rest.length > 0) throw new Error(`${element.name}: not exactly one ${name}`);
  return found;
}
