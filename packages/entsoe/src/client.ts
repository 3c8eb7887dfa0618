import {
  type CollectRequest,
  type FetchResult,
  PermanentError,
  type SourceClient,
  ThrottledError,
  TransientError,
  UnauthorizedError,
} from '@energy-data-service/domain';
import { Agent, type Dispatcher, request } from 'undici';
import { classifyAnswer, type HttpAnswer, type Verdict } from './classify.ts';
import { contentHash } from './content-hash.ts';
import { requestUrl } from './request.ts';
import { BodyTooLargeError, readBody } from './response-body.ts';
import type { EntsoeSettings } from './settings.ts';

/** How long to wait, and for how much. */
export interface ClientLimits {
  readonly connectTimeoutMs: number;
  /** Until the answer begins. */
  readonly headersTimeoutMs: number;
  /** Between two parts of the body. */
  readonly bodyTimeoutMs: number;
  /** For the whole answer. */
  readonly totalTimeoutMs: number;
  /** Size of the body, decompressed. */
  readonly maxBodyBytes: number;
}

const LIMITS: ClientLimits = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 60_000,
  bodyTimeoutMs: 30_000,
  // The platform itself gives up after 300 seconds.
  totalTimeoutMs: 300_000,
  // A year of quarter hours is 4 MB. While one is stored it takes some six times its size, and a collector has several under
  // way: eight of these take 370 MB, where one of 62 MB took 480 MB and eight of them ended the process, again and again.
  maxBodyBytes: 16 * 1024 * 1024,
};

/** A wrong token does not become right by asking; whoever corrects it should not wait long. */
const UNAUTHORIZED_PAUSE_MS = 60_000;

/**
 * Asks the platform. This is the only code that knows the security token: it goes out as a header and into
 * nothing else, neither addresses nor errors.
 */
export function createEntsoeClient(
  { securityToken, baseUrl }: EntsoeSettings,
  limits: ClientLimits = LIMITS,
): SourceClient {
  const dispatcher = new Agent({
    connect: { timeout: limits.connectTimeoutMs },
    headersTimeout: limits.headersTimeoutMs,
    bodyTimeout: limits.bodyTimeoutMs,
  });

  return {
    async fetch(collectRequest, signal) {
      try {
        const response = await send(requestUrl(baseUrl, collectRequest), signal);
        const now = Temporal.Now.instant();
        return toResult(classifyAnswer(response, now, withoutToken), response, collectRequest, now);
      } catch (error) {
        // As when the platform itself finds it too much: a shorter window has a smaller answer.
        if (error instanceof BodyTooLargeError) {
          return { kind: 'too-large', maxDays: null, reason: error.message };
        }
        throw error;
      }
    },
    close: () => dispatcher.close(),
  };

  async function send(url: URL, signal: AbortSignal): Promise<PlatformAnswer> {
    try {
      const options = {
        dispatcher,
        signal: AbortSignal.any([signal, AbortSignal.timeout(limits.totalTimeoutMs)]),
        headers: { SECURITY_TOKEN: securityToken, accept: '*/*', 'accept-encoding': 'gzip' },
      };
      const { statusCode, headers, body } = await request(url, options);
      const clockAheadMs = Date.now() - Date.parse(header(headers, 'date') ?? '');
      return {
        status: statusCode,
        clockAheadMs: Number.isNaN(clockAheadMs) ? undefined : clockAheadMs,
        retryAfter: header(headers, 'retry-after'),
        mediaType: withoutToken(header(headers, 'content-type') ?? '') || null,
        body: await readBody(body, header(headers, 'content-encoding'), limits.maxBodyBytes),
      };
    } catch (error) {
      signal.throwIfAborted();
      throw withoutRequest(error);
    }
  }

  function toResult(
    verdict: Verdict,
    { status, mediaType, body, clockAheadMs }: PlatformAnswer,
    { dataset, area }: CollectRequest,
    now: Temporal.Instant,
  ): FetchResult {
    const context = { dataset, area, status };
    switch (verdict.kind) {
      case 'data':
      case 'no-data':
        return {
          kind: 'answer',
          status,
          mediaType,
          body,
          contentHash: contentHash(body),
          ...(clockAheadMs !== undefined && { clockAheadMs }),
        };
      case 'too-large':
        return { kind: 'too-large', maxDays: verdict.maxDays, reason: verdict.reason };
      case 'bad-request':
        throw new PermanentError('source refused the request', {
          ...context,
          reason: verdict.reason,
        });
      case 'unauthorized':
        throw new UnauthorizedError(
          'source does not accept the security token',
          UNAUTHORIZED_PAUSE_MS,
          context,
        );
      case 'banned':
        throw new ThrottledError('source has banned us', verdict.until.since(now).total('milliseconds'), {
          ...context,
          until: verdict.until.toString(),
        });
      case 'unavailable':
        throw new ThrottledError('source is unavailable', verdict.until.since(now).total('milliseconds'), {
          ...context,
          reason: verdict.reason,
        });
      case 'fault':
        throw new TransientError('source is out of order', { ...context, reason: verdict.reason });
    }
  }

  /** A server may well repeat what it was sent. */
  function withoutToken(text: string): string {
    return text.replaceAll(securityToken, '[security token]');
  }
}

interface PlatformAnswer extends HttpAnswer {
  readonly mediaType: string | null;
  readonly clockAheadMs: number | undefined;
}

function header(headers: Dispatcher.ResponseData['headers'], name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/**
 * What went wrong on the way, by its code alone: an error of the HTTP library may hold the request with its
 * headers, so it does not become a cause.
 */
function withoutRequest(error: unknown): unknown {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new TransientError('source took too long to answer');
  }
  if (error instanceof Error && 'code' in error) {
    return new TransientError('request to the source failed', { code: String(error.code) });
  }
  return error;
}
