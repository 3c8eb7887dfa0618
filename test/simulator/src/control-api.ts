import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { type FaultControl, Faults } from './fault-control.ts';
import type { RequestLog } from './request-log.ts';

/**
 * The simulator's own paths, which stand beside the platform's and are neither limited nor logged:
 *
 * - `GET /control/faults`: what is set
 * - `PUT /control/faults`: sets it, in place of all that was set
 * - `DELETE /control/faults`: takes everything back
 * - `GET /control/requests`: the requests so far
 */
export function controlApi(faults: FaultControl, log: RequestLog) {
  return async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    switch (`${request.method} ${path}`) {
      case 'GET /control/faults':
        return sendJson(response, 200, faults.current());
      case 'PUT /control/faults': {
        const parsed = Faults.safeParse(await readJson(request));
        if (!parsed.success) return sendJson(response, 400, { error: z.prettifyError(parsed.error) });
        faults.replace(parsed.data);
        return sendJson(response, 200, faults.current());
      }
      case 'DELETE /control/faults':
        faults.clear();
        return sendJson(response, 200, faults.current());
      case 'GET /control/requests':
        return sendJson(response, 200, log.requests);
      default:
        return sendJson(response, 404, { error: `nothing here: ${request.method} ${path}` });
    }
  };
}

/** The body as JSON; undefined, which no schema accepts, when it is none. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  return json(request).catch((error: unknown) => {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
