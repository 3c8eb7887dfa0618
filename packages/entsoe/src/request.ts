import type { CollectRequest } from '@energy-data-service/domain';
import { getItem } from './datasets.ts';

/**
 * The address that answers a request. The security token is not part of it: addresses end up in logs.
 *
 * The platform knows whole minutes only, so a window that begins or ends between two is widened to them.
 *
 * @throws {PermanentError} if the dataset is not one of ours
 */
export function requestUrl(baseUrl: string, { dataset, area, window }: CollectRequest): URL {
  const { documentType, processType, areaParameter } = getItem(dataset);
  const url = new URL(baseUrl);
  url.searchParams.set('documentType', documentType);
  url.searchParams.set('processType', processType);
  url.searchParams.set(areaParameter, area);
  url.searchParams.set(
    'periodStart',
    formatMinute(window.from.round({ smallestUnit: 'minute', roundingMode: 'floor' })),
  );
  url.searchParams.set(
    'periodEnd',
    formatMinute(window.to.round({ smallestUnit: 'minute', roundingMode: 'ceil' })),
  );
  return url;
}

/** The platform takes neither seconds nor a zone: yyyyMMddHHmm, always UTC. */
function formatMinute(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'minute' }).replaceAll(/[-:TZ]/g, '');
}
