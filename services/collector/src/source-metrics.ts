import {
  type CollectRequest,
  type Dataset,
  type FetchResult,
  PermanentError,
  type SourceClient,
  ThrottledError,
  UnauthorizedError,
} from '@energy-data-service/domain';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/**
 * How a request to a source ended: `answer`, with data or with word that there is none; `too_large`, the window is to be
 * split; `throttled`, it wants silence; `unauthorized`, it does not accept the credentials; `refused`, the request can
 * never succeed; `fault`, it or the way to it is out of order; `aborted`, the collector closes.
 */
const REQUEST_OUTCOMES = [
  'answer',
  'too_large',
  'throttled',
  'unauthorized',
  'refused',
  'fault',
  'aborted',
] as const;
type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];

interface MeasuredSource {
  readonly id: string;
  readonly datasets: readonly Dataset[];
  /** Of all collectors together. */
  readonly requestsPerMinute: number;
}

export type SourceMetrics = ReturnType<typeof createSourceMetrics>;

/** Metrics of what this process asks of sources. */
export function createSourceMetrics(registry: Registry) {
  const registers = [registry];
  const requests = new Counter({
    name: 'energy_data_source_requests_total',
    help: 'Requests to a source by how they ended',
    labelNames: ['source', 'dataset', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'energy_data_source_request_duration_seconds',
    help: 'Time from sending a request to a source to the end of its answer',
    labelNames: ['source', 'dataset'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
    registers,
  });
  const bytes = new Counter({
    name: 'energy_data_source_answer_bytes_total',
    help: 'Size of the answers of a source, uncompressed',
    labelNames: ['source', 'dataset'],
    registers,
  });
  const budget = new Gauge({
    name: 'energy_data_source_requests_per_minute_limit',
    help: 'Requests that all collectors together may send to a source in a minute',
    labelNames: ['source'],
    registers,
  });

  const clockAhead = new Gauge({
    name: 'energy_data_clock_ahead_of_source_seconds',
    help: 'By how much the clock of a collector was ahead of that of a source at its last answer; absent before, and of one that tells no time',
    labelNames: ['source'],
    registers,
  });

  return {
    /**
     * The client of a source, with every request counted and measured. All series are there from the start, with zeros,
     * so that a first failure is seen as a change.
     */
    measure({ id: source, datasets, requestsPerMinute }: MeasuredSource, client: SourceClient): SourceClient {
      budget.set({ source }, requestsPerMinute);
      for (const { id: dataset } of datasets) {
        for (const outcome of REQUEST_OUTCOMES) requests.inc({ source, dataset, outcome }, 0);
        duration.zero({ source, dataset });
        bytes.inc({ source, dataset }, 0);
      }

      async function fetchMeasured(request: CollectRequest, signal: AbortSignal): Promise<FetchResult> {
        const { dataset } = request;
        const endTimer = duration.startTimer({ source, dataset });
        let outcome: RequestOutcome = 'fault';
        try {
          const result = await client.fetch(request, signal);
          outcome = result.kind === 'answer' ? 'answer' : 'too_large';
          if (result.kind === 'answer') {
            bytes.inc({ source, dataset }, result.body.byteLength);
            if (result.clockAheadMs !== undefined) clockAhead.set({ source }, result.clockAheadMs / 1_000);
          }
          return result;
        } catch (error) {
          outcome = signal.aborted ? 'aborted' : outcomeOf(error);
          throw error;
        } finally {
          endTimer();
          requests.inc({ source, dataset, outcome });
        }
      }

      return { fetch: fetchMeasured, close: () => client.close() };
    },
  };
}

function outcomeOf(error: unknown): RequestOutcome {
  if (error instanceof UnauthorizedError) return 'unauthorized';
  if (error instanceof ThrottledError) return 'throttled';
  return error instanceof PermanentError ? 'refused' : 'fault';
}
