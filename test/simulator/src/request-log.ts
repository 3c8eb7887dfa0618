/** A request that was answered, or failed on purpose. */
export interface RecordedRequest {
  /** When it arrived, by the simulator's clock. */
  readonly at: Temporal.Instant;
  /** Its parameters by name in lower case, without the token. */
  readonly parameters: Readonly<Record<string, string>>;
  /** HTTP status; null when the connection was reset instead. */
  readonly status: number | null;
}

/** The newest so many requests are kept. */
const KEPT_REQUESTS = 10_000;

/** Requests in the order of their answers, the oldest first. */
export interface RequestLog {
  readonly requests: readonly RecordedRequest[];
  add(request: RecordedRequest): void;
}

export function createRequestLog(): RequestLog {
  const requests: RecordedRequest[] = [];
  return {
    requests,
    add(request) {
      requests.push(request);
      if (requests.length > KEPT_REQUESTS) requests.shift();
    },
  };
}
