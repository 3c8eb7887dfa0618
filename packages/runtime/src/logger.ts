import { trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { BaseConfig } from './config.ts';
import { errorFields } from './error-fields.ts';

export type { Logger } from 'pino';

/**
 * One JSON object a line: constant message, and fields for what varies; with the trace's id where there is one.
 *
 * @param service - the process that writes, in every line
 */
export function createLogger(
  service: string,
  level: BaseConfig['LOG_LEVEL'],
  destination?: DestinationStream,
): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: () => `,"time":"${Temporal.Now.instant().toString({ fractionalSecondDigits: 3 })}"`,
      mixin: () => {
        const span = trace.getActiveSpan();
        return span === undefined ? {} : { traceId: span.spanContext().traceId };
      },
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields },
    },
    destination,
  );
}
