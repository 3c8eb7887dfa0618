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
     * Waits until one more answer may be made while it is sent, and counts it as such until it has been. It may have been given
     * up meanwhile, see `onceSent`.
     */
    beginSending: () => Promise<void>;
  };
}
