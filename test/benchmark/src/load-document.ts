import type { CollectRequest } from '@energy-data-service/domain';

/** A TimeSeries of quarter hours with one Period that begins with the request's window. */
export interface DocumentSeries {
  readonly businessType: string;
  readonly values: readonly string[];
}

/**
 * A document of actual load (A65, A16) with the layout of the platform's own: element order, indentation, and
 * curve type A03, which leaves out a Point whose value is that of the Point before.
 */
export function loadDocument(
  { area, window }: CollectRequest,
  allSeries: readonly DocumentSeries[],
): Uint8Array {
  const interval = (indent: string) => [
    `${indent}<start>${intervalBound(window.from)}</start>`,
    `${indent}<end>${intervalBound(window.to)}</end>`,
  ];
  return Buffer.from(
    [
      '<?xml version="1.0" encoding="utf-8"?>',
      '<GL_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0">',
      '  <mRID>0123456789abcdef0123456789abcdef</mRID>',
      '  <revisionNumber>1</revisionNumber>',
      '  <type>A65</type>',
      '  <process.processType>A16</process.processType>',
      '  <sender_MarketParticipant.mRID codingScheme="A01">10X1001A1001A450</sender_MarketParticipant.mRID>',
      '  <sender_MarketParticipant.marketRole.type>A32</sender_MarketParticipant.marketRole.type>',
      '  <receiver_MarketParticipant.mRID codingScheme="A01">10X1001A1001A450</receiver_MarketParticipant.mRID>',
      '  <receiver_MarketParticipant.marketRole.type>A33</receiver_MarketParticipant.marketRole.type>',
      '  <createdDateTime>2024-02-01T00:00:00Z</createdDateTime>',
      '  <time_Period.timeInterval>',
      ...interval('    '),
      '  </time_Period.timeInterval>',
      ...allSeries.flatMap(({ businessType, values }, i) => [
        '    <TimeSeries>',
        `      <mRID>${i + 1}</mRID>`,
        `      <businessType>${businessType}</businessType>`,
        '      <objectAggregation>A01</objectAggregation>',
        `      <outBiddingZone_Domain.mRID codingScheme="A01">${area}</outBiddingZone_Domain.mRID>`,
        '      <quantity_Measure_Unit.name>MAW</quantity_Measure_Unit.name>',
        '      <curveType>A03</curveType>',
        '        <Period>',
        '          <timeInterval>',
        ...interval('            '),
        '          </timeInterval>',
        '          <resolution>PT15M</resolution>',
        ...values.flatMap((value, step) => (value === values[step - 1] ? [] : [point(step + 1, value)])),
        '        </Period>',
        '    </TimeSeries>',
      ]),
      '</GL_MarketDocument>',
    ].join('\n'),
  );
}

function point(position: number, value: string): string {
  return [
    '            <Point>',
    `              <position>${position}</position>`,
    `              <quantity>${value}</quantity>`,
    '            </Point>',
  ].join('\n');
}

/** `2022-12-31T23:00Z`; the platform writes no seconds here. */
function intervalBound(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'minute' });
}
