import type { TimeWindow } from '@energy-data-service/domain';
import { formatPeriodBound, parseIntervalBound, parsePeriodBound } from './instant-format.ts';
import { RequestRefusal } from './request-refusal.ts';

/**
 * What a request asks for: values by parameter name in lower case (the platform takes names in any case), without
 * the security token.
 */
export type RequestParameters = ReadonlyMap<string, string>;

const TOKEN_PARAMETER = 'securitytoken';

/** Splits a query into its parameters and its token (null when it has none). */
export function readQuery(query: URLSearchParams): { parameters: RequestParameters; token: string | null } {
  const values = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  const token = values.get(TOKEN_PARAMETER) ?? null;
  values.delete(TOKEN_PARAMETER);
  return { parameters: values, token };
}

/**
 * Refuses a parameter that is given twice.
 *
 * @throws {RequestRefusal}
 */
export function refuseRepeatedParameters(query: URLSearchParams): void {
  const seen = new Set<string>();
  for (const name of query.keys()) {
    if (seen.has(name.toLowerCase())) {
      throw new RequestRefusal(400, `The request is not valid: parameter ${name} is given more than once.`);
    }
    seen.add(name.toLowerCase());
  }
}

/**
 * The window that a request names, by `periodStart` and `periodEnd` or by `timeInterval`.
 *
 * @throws {RequestRefusal} when it names none, both, one that is malformed, or an empty one
 */
export function readWindow(parameters: RequestParameters): TimeWindow {
  const interval = parameters.get('timeinterval');
  const start = parameters.get('periodstart');
  const end = parameters.get('periodend');
  if (interval !== undefined && (start !== undefined || end !== undefined)) {
    throw new RequestRefusal(
      400,
      'The combination of timeInterval with periodStart or periodEnd is not valid: only one form may be used.',
    );
  }
  const window =
    interval === undefined
      ? {
          from: readBound('periodStart', start, parsePeriodBound),
          to: readBound('periodEnd', end, parsePeriodBound),
        }
      : readInterval(interval);
  if (Temporal.Instant.compare(window.from, window.to) >= 0) {
    throw new RequestRefusal(400, `Provided time interval (${window.from} - ${window.to}) is not valid.`);
  }
  return window;
}

/** The same parameters with a `timeInterval` spelled as `periodStart` and `periodEnd`, for comparing requests. */
export function withPeriodSpelled(parameters: RequestParameters): RequestParameters {
  if (!parameters.has('timeinterval')) return parameters;
  const { from, to } = readWindow(parameters);
  const spelled = new Map(parameters);
  spelled.delete('timeinterval');
  return spelled.set('periodstart', formatPeriodBound(from)).set('periodend', formatPeriodBound(to));
}

function readInterval(text: string): TimeWindow {
  const [start, end, ...rest] = text.split('/');
  if (rest.length > 0) throw new RequestRefusal(400, `The value [${text}] of timeInterval is not valid.`);
  return {
    from: readBound('timeInterval', start, parseIntervalBound),
    to: readBound('timeInterval', end, parseIntervalBound),
  };
}

function readBound(
  name: string,
  text: string | undefined,
  parse: (text: string) => Temporal.Instant | undefined,
): Temporal.Instant {
  if (text === undefined) throw missingParameter(name);
  const instant = parse(text);
  if (instant === undefined) throw new RequestRefusal(400, `The value [${text}] of ${name} is not valid.`);
  return instant;
}

/** The refusal of a request that lacks a parameter. */
export function missingParameter(name: string): RequestRefusal {
  return new RequestRefusal(
    400,
    `Mandatory parameter ${name} is missing. Please check the dependency tables of the implementation guide.`,
  );
}
