import type { TimeWindow } from '@energy-data-service/domain';
import type { AnswerConditions } from './answer.ts';
import { findLoadItem, type LoadItem } from './load-items.ts';
import { missingParameter, type RequestParameters, readWindow } from './request-parameters.ts';
import { RequestRefusal } from './request-refusal.ts';

/** A valid request for a load item. */
export interface LoadRequest {
  readonly item: LoadItem;
  /** As given; it need not be the code of any area. */
  readonly area: string;
  readonly window: TimeWindow;
  readonly curveType: 'A01' | 'A03';
}

/** The parameters that a load item takes, in lower case; `offset` is accepted and ignored. */
const LOAD_PARAMETERS = new Set([
  'documenttype',
  'processtype',
  'outbiddingzone_domain',
  'periodstart',
  'periodend',
  'timeinterval',
  'curvetype',
  'offset',
]);

/**
 * Reads a request for one of the six load items.
 *
 * @throws {RequestRefusal} with the platform's text for an unknown or missing parameter, a combination that names
 * no load item, a malformed time, and a window that is longer than allowed
 */
export function readLoadRequest(parameters: RequestParameters, conditions: AnswerConditions): LoadRequest {
  for (const name of parameters.keys()) {
    if (!LOAD_PARAMETERS.has(name)) throw new RequestRefusal(400, `Input parameter does not exist: ${name}`);
  }
  const item = readLoadItem(parameters);
  const area = parameters.get('outbiddingzone_domain');
  if (area === undefined) throw missingParameter('outBiddingZone_Domain');
  const curveType = parameters.get('curvetype') ?? 'A03';
  if (curveType !== 'A01' && curveType !== 'A03') {
    throw new RequestRefusal(400, `The value [${curveType}] of curveType is not valid.`);
  }
  const window = readWindow(parameters);
  refuseLongWindow(item, window, conditions.maxPeriod(item));
  return { item, area, window, curveType };
}

/**
 * Refuses a window that is longer than allowed.
 *
 * The allowance is counted from the window's start on the UTC calendar, so that a local month of 31 days which
 * begins in February is too long for P1M, as has been seen.
 *
 * @param maxPeriod - ISO 8601 duration
 * @throws {RequestRefusal}
 * @see https://github.com/EnergieID/entsoe-py/issues/546
 */
export function refuseLongWindow(item: LoadItem, { from, to }: TimeWindow, maxPeriod: string): void {
  const end = from.toZonedDateTimeISO('UTC').add(maxPeriod).toInstant();
  if (Temporal.Instant.compare(to, end) <= 0) return;
  throw new RequestRefusal(
    400,
    `Provided time interval (${from} - ${to}) is larger than maximum allowed period '${maxPeriod}' for '${item.dataItem}:XML' export.`,
  );
}

function readLoadItem(parameters: RequestParameters): LoadItem {
  const item = findLoadItem(parameters.get('documenttype'), parameters.get('processtype'));
  if (item === undefined) throw unknownCombination(parameters);
  return item;
}

/** The refusal of document and process types that name no item together. */
export function unknownCombination(parameters: RequestParameters): RequestRefusal {
  const documentType = parameters.get('documenttype');
  const processType = parameters.get('processtype');
  const given = [
    ...(documentType === undefined ? [] : [`DOCUMENT_TYPE=${documentType}`]),
    ...(processType === undefined ? [] : [`PROCESS_TYPE=${processType}`]),
  ];
  return new RequestRefusal(
    400,
    `The combination of [${given.join(',')}] is not valid, or the requested data is not allowed to be fetched via this service.`,
  );
}
