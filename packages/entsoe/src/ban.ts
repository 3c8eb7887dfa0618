/** The platform bans for about ten minutes, and does not always say so. */
const USUAL_BAN_MINUTES = 10;
/** An instant that has passed by our clock was set by another clock. */
const PASSED_BAN_MINUTES = 1;
/** An instant further away is nonsense: it does no harm to ask again before. */
const LONGEST_BAN_MINUTES = 60;

/** Whether a text says that too much was asked, whatever status it came with. */
export function saysBanned(text: string): boolean {
  return /requester banned|max allowed requests per minute/i.test(text);
}

/**
 * When a ban ends: at the instant that the text names (`Requester banned until '2026-09-01T10:20:30Z'.`), else
 * after the seconds of a Retry-After header, else after ten minutes; within an hour from `now`.
 */
export function banEnd(text: string, retryAfter: string | null, now: Temporal.Instant): Temporal.Instant {
  const end = namedEnd(text) ?? announcedEnd(retryAfter, now) ?? now.add({ minutes: USUAL_BAN_MINUTES });
  if (Temporal.Instant.compare(end, now) <= 0) return now.add({ minutes: PASSED_BAN_MINUTES });
  const latest = now.add({ minutes: LONGEST_BAN_MINUTES });
  return Temporal.Instant.compare(end, latest) > 0 ? latest : end;
}

/** An outage lasts minutes or days; asking every minute finds its end soon and is no load. */
const MAINTENANCE_MINUTES = 1;

/** When to ask again after a 503: after the seconds of a Retry-After header, else in a minute; within an hour. */
export function maintenanceEnd(retryAfter: string | null, now: Temporal.Instant): Temporal.Instant {
  const end = announcedEnd(retryAfter, now) ?? now.add({ minutes: MAINTENANCE_MINUTES });
  const latest = now.add({ minutes: LONGEST_BAN_MINUTES });
  return Temporal.Instant.compare(end, latest) > 0 ? latest : end;
}

function namedEnd(text: string): Temporal.Instant | null {
  const [, time, zone] =
    /banned until\W{0,3}(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})?/i.exec(
      text,
    ) ?? [];
  if (time === undefined) return null;
  try {
    return Temporal.Instant.from(`${time}${zone ?? 'Z'}`);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function announcedEnd(retryAfter: string | null, now: Temporal.Instant): Temporal.Instant | null {
  if (retryAfter === null || !/^\d{1,6}$/.test(retryAfter)) return null;
  return now.add({ seconds: Number(retryAfter) });
}
