import { randomUUID } from 'node:crypto';
import type { Value } from '@energy-data-service/domain';
import type { Answer } from './answer.ts';
import { formatInstant, formatIntervalBound, formatPeriodBound } from './instant-format.ts';
import type { LoadRequest } from './load-request.ts';

/** A series as it is written down. */
export interface LoadSeries {
  readonly businessType: string;
  readonly resolution: string;
  /** Uninterrupted stretches, ascending, none empty. */
  readonly periods: readonly LoadPeriod[];
}

/** An uninterrupted stretch: consecutive steps between two instants in milliseconds. */
export interface LoadPeriod {
  readonly startMs: number;
  readonly endMs: number;
  readonly values: readonly Value[];
}

/** The document with these series, of which there is at least one period. */
export function loadDocumentAnswer(
  { item, area, window, curveType }: LoadRequest,
  series: readonly LoadSeries[],
  now: Temporal.Instant,
): Answer {
  const periods = series.flatMap((one) => one.periods);
  const document = [
    // The platform spells the encoding of the margin's documents in capitals.
    `<?xml version="1.0" encoding="${item.documentType === 'A70' ? 'UTF-8' : 'utf-8'}"?>`,
    '<GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0">',
    `  <mRID>${randomUUID().replaceAll('-', '')}</mRID>`,
    '  <revisionNumber>1</revisionNumber>',
    `  <type>${item.documentType}</type>`,
    `  <process.processType>${item.processType}</process.processType>`,
    '  <sender_MarketParticipant.mRID codingScheme="A01">10X1001A1001A450</sender_MarketParticipant.mRID>',
    '  <sender_MarketParticipant.marketRole.type>A32</sender_MarketParticipant.marketRole.type>',
    '  <receiver_MarketParticipant.mRID codingScheme="A01">10X1001A1001A450</receiver_MarketParticipant.mRID>',
    '  <receiver_MarketParticipant.marketRole.type>A33</receiver_MarketParticipant.marketRole.type>',
    `  <createdDateTime>${formatInstant(now)}</createdDateTime>`,
    '  <time_Period.timeInterval>',
    `    <start>${formatIntervalBound(Math.min(...periods.map((period) => period.startMs)))}</start>`,
    `    <end>${formatIntervalBound(Math.max(...periods.map((period) => period.endMs)))}</end>`,
    '  </time_Period.timeInterval>',
    ...series.flatMap((one, i) => seriesLines(one, i + 1, area, curveType)),
    '</GL_MarketDocument>',
  ].join('\n');
  const interval = `${formatPeriodBound(window.from)}-${formatPeriodBound(window.to)}`;
  return {
    status: 200,
    contentType: 'text/xml',
    contentDisposition: `inline; filename="${item.fileNamePrefix}${interval}.xml"`,
    body: Buffer.from(document),
  };
}

function seriesLines(
  { businessType, resolution, periods }: LoadSeries,
  mrid: number,
  area: string,
  curveType: LoadRequest['curveType'],
): string[] {
  return [
    '    <TimeSeries>',
    `      <mRID>${mrid}</mRID>`,
    `      <businessType>${businessType}</businessType>`,
    '      <objectAggregation>A01</objectAggregation>',
    `      <outBiddingZone_Domain.mRID codingScheme="A01">${area}</outBiddingZone_Domain.mRID>`,
    '      <quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name>',
    `      <curveType>${curveType}</curveType>`,
    ...periods.flatMap(({ startMs, endMs, values }) => [
      '        <Period>',
      '          <timeInterval>',
      `            <start>${formatIntervalBound(startMs)}</start>`,
      `            <end>${formatIntervalBound(endMs)}</end>`,
      '          </timeInterval>',
      `          <resolution>${resolution}</resolution>`,
      ...(curveType === 'A01' ? values.map(pointLines) : changedPointLines(values)),
      '        </Period>',
    ]),
    '    </TimeSeries>',
  ];
}

/** The points of a variable-sized block curve (A03): a step that repeats the one before is left out. */
function changedPointLines(values: readonly Value[]): string[] {
  const lines: string[] = [];
  values.forEach((value, i) => {
    if (i === 0 || value !== values[i - 1]) lines.push(pointLines(value, i));
  });
  return lines;
}

function pointLines(value: Value, index: number): string {
  const quantity = value === null ? '' : `\n              <quantity>${value}</quantity>`;
  return `            <Point>\n              <position>${index + 1}</position>${quantity}\n            </Point>`;
}
