import { randomUUID } from 'node:crypto';
import type { TimeWindow } from '@energy-data-service/domain';
import { type Answer, textAnswer } from './answer.ts';
import { formatInstant } from './instant-format.ts';
import type { LoadItem } from './load-items.ts';
import { escapeXml } from './xml.ts';

/** An acknowledgement, which carries everything that is no data. The reason's code is always 999. */
export function acknowledgementAnswer(status: number, text: string, now: Temporal.Instant): Answer {
  return {
    ...textAnswer(status, 'text/xml', acknowledgementDocument(text, now)),
    contentDisposition: 'inline; filename="acknowledgement.xml"',
  };
}

/** "Nothing published": the answer for a time without data, and for a code that no area has. */
export function noDataAnswer(
  item: Pick<LoadItem, 'dataItem' | 'article'>,
  area: string,
  window: TimeWindow,
  now: Temporal.Instant,
): Answer {
  const name = `${item.dataItem} [${item.article}]`;
  const interval = `${formatInstant(window.from)}/${formatInstant(window.to)}`;
  return acknowledgementAnswer(
    200,
    `No matching data found for Data item ${name} (${area}) and interval ${interval}.`,
    now,
  );
}

function acknowledgementDocument(text: string, now: Temporal.Instant): string {
  const createdAt = formatInstant(now);
  return `<?xml version="1.0" encoding="UTF-8"?>
<Acknowledgement_MarketDocument
	xmlns="urn:iec62325.351:tc57wg16:451-1:acknowledgementdocument:7:0">
	<mRID>${randomUUID().slice(0, 15)}</mRID>
	<createdDateTime>${createdAt}</createdDateTime>
	<sender_MarketParticipant.mRID codingScheme="A01">10X1001A1001A450</sender_MarketParticipant.mRID>
	<sender_MarketParticipant.marketRole.type>A32</sender_MarketParticipant.marketRole.type>
	<receiver_MarketParticipant.mRID codingScheme="A01">10X1001A1001A450</receiver_MarketParticipant.mRID>
	<receiver_MarketParticipant.marketRole.type>A39</receiver_MarketParticipant.marketRole.type>
	<received_MarketDocument.createdDateTime>${createdAt}</received_MarketDocument.createdDateTime>
	<Reason>
		<code>999</code>
		<text>${escapeXml(text)}</text>
	</Reason>
</Acknowledgement_MarketDocument>
`;
}
