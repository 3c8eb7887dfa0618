const MINUTE_MS = 60_000;

export interface RequestLimiterOptions {
  /** Requests that one token may send in any 60 seconds. */
  readonly requestsPerMinute: number;
  /** How long everything is refused after a request too many. */
  readonly banMs: number;
  /** Whether a request during a ban starts the ban anew. The platform's behaviour is not known. */
  readonly prolongBan: boolean;
}

/** Counts requests per token, as the platform does, and bans a token that sends too many. */
export interface RequestLimiter {
  /** Counts a request; the end of the ban (exclusive) if it is refused, undefined if it may pass. */
  admit(token: string | null, now: Temporal.Instant): Temporal.Instant | undefined;
  /** Bans a token from now on, whatever it has sent; returns the end of the ban (exclusive). */
  ban(token: string | null, now: Temporal.Instant): Temporal.Instant;
}

export function createRequestLimiter({
  requestsPerMinute,
  banMs,
  prolongBan,
}: RequestLimiterOptions): RequestLimiter {
  /** Instants of the requests within the last minute, ascending, in milliseconds. */
  const recentMs = new Map<string | null, number[]>();
  const bannedUntil = new Map<string | null, Temporal.Instant>();

  function ban(token: string | null, now: Temporal.Instant): Temporal.Instant {
    const until = now.add({ milliseconds: banMs });
    bannedUntil.set(token, until);
    recentMs.delete(token);
    return until;
  }

  return {
    ban,

    admit(token, now) {
      const until = bannedUntil.get(token);
      if (until !== undefined && Temporal.Instant.compare(now, until) < 0) {
        return prolongBan ? ban(token, now) : until;
      }
      bannedUntil.delete(token);
      const sinceMs = now.epochMilliseconds - MINUTE_MS;
      const recent = (recentMs.get(token) ?? []).filter((sentMs) => sentMs > sinceMs);
      recent.push(now.epochMilliseconds);
      recentMs.set(token, recent);
      return recent.length > requestsPerMinute ? ban(token, now) : undefined;
    },
  };
}
