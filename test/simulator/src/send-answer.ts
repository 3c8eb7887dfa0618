import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Answer } from './answer.ts';
import type { FaultRule } from './fault-rule.ts';

const compress = promisify(gzip);

/** Pieces in which a slow body is sent. */
const SLOW_BODY_PIECES = 10;

/**
 * Sends an answer, compressed where the client accepts it, or fails to, as the rule says.
 *
 * @param signal - ends every delay; the connection is then closed without more
 */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  rule: FaultRule | undefined,
  signal: AbortSignal,
): Promise<void> {
  const compressed = answer.contentType === 'text/xml' && acceptsGzip(request);
  const body = compressed ? await compress(answer.body) : answer.body;
  if (rule?.fault === 'slow' && !(await delay(rule.delayMs, signal))) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, {
    'Content-Type': answer.contentType,
    'Content-Length': body.length,
    ...(compressed && { 'Content-Encoding': 'gzip' }),
    ...(answer.contentDisposition !== null && { 'Content-Disposition': answer.contentDisposition }),
    'X-Content-Type-Options': 'nosniff',
    'X-XSS-Protection': '0',
  });
  if (rule?.fault === 'truncated') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
  } else if (rule?.fault === 'slow-body') {
    await sendSlowly(response, body, rule.delayMs, signal);
  } else {
    response.end(body);
  }
}

async function sendSlowly(
  response: ServerResponse,
  body: Uint8Array,
  delayMs: number,
  signal: AbortSignal,
): Promise<void> {
  response.flushHeaders();
  const pieceLength = Math.max(1, Math.ceil(body.length / SLOW_BODY_PIECES));
  for (let start = 0; start < body.length; start += pieceLength) {
    if (!(await delay(delayMs / SLOW_BODY_PIECES, signal))) {
      response.destroy();
      return;
    }
    response.write(body.subarray(start, start + pieceLength));
  }
  response.end();
}

/** Whether the time passed without the signal ending it. */
async function delay(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch((error: unknown) => {
    if (signal.aborted) return false;
    throw error;
  });
}

function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
}
