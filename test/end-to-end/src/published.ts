import type { TimeWindow, Value } from '@energy-data-service/domain';
import type { Simulator } from '@energy-data-service/simulator';

/**
 * The actual total load that the simulator publishes for an area with hourly steps, read as plainly as can
 * be: every step written out (A01), one regular expression.
 *
 * @returns the start of each published step and its value; null is published without a value
 */
export async function readPublished(
  { url }: Pick<Simulator, 'url'>,
  area: string,
  window: TimeWindow,
): Promise<[startsAt: string, value: Value][]> {
  const query = new URLSearchParams({
    securityToken: 'reader',
    documentType: 'A65',
    processType: 'A16',
    outBiddingZone_Domain: area,
    curveType: 'A01',
    periodStart: formatBound(window.from),
    periodEnd: formatBound(window.to),
  });
  const response = await fetch(`${url}?${query}`);
  if (!response.ok) throw new Error(`the simulator refuses to be read: ${response.status}`);
  const periods = (await response.text()).matchAll(/<Period>.*?<start>(.*?)<\/start>.*?<\/Period>/gs);
  return [...periods].flatMap(([period, periodStart = '']) =>
    [...period.matchAll(/<position>(\d+)<\/position>(?:\s*<quantity>(.*?)<\/quantity>)?/g)].map(
      ([, position, quantity]): [string, Value] => [
        Temporal.Instant.from(periodStart)
          .add({ hours: Number(position) - 1 })
          .toString(),
        quantity ?? null,
      ],
    ),
  );
}

/** `yyyyMMddHHmm`, UTC */
function formatBound(instant: Temporal.Instant): string {
  return instant
    .toString()
    .replaceAll(/[-:TZ]/g, '')
    .slice(0, 12);
}
