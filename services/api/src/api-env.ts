import type { Logger } from '@energy-data-service/runtime';
import type { HttpBindings } from '@hono/node-server';

/** What every handler finds in its context. */
export interface ApiEnv {
  /** Absent when a test calls the app without a server. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Carries the request's id. */
    log: Logger;
    /**
     * Waits until one more answer may be made while it is sent, and counts it as such until it has been, see `onceSent`.
     *
     * @throws {ProblemError} 503 when too many wait, or the request was given up before its turn
     */
    beginSending: () => Promise<void>;
  };
}
