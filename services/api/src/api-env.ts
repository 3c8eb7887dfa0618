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
  };
}
