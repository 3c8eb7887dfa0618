/** `2024-09-01T22:00:00Z`: the platform's spelling in texts and creation times, cut to whole seconds. */
export function formatInstant(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'second', roundingMode: 'trunc' });
}

/** `2024-09-01T22:00Z`: the spelling of intervals in documents, of an instant in milliseconds. */
export function formatIntervalBound(instantMs: number): string {
  return `${new Date(instantMs).toISOString().slice(0, 16)}Z`;
}

/** `202409012200`: the spelling of periods in requests and file names. */
export function formatPeriodBound(instant: Temporal.Instant): string {
  return instant.toString().replaceAll(/[-T:]/g, '').slice(0, 12);
}

/** The instant that twelve digits `yyyyMMddHHmm` name in UTC; undefined when they name none. */
export function parsePeriodBound(text: string): Temporal.Instant | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  return match ? instantOf(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}Z`) : undefined;
}

/** The instant that `yyyy-MM-ddTHH:mmZ` names; undefined when it names none. */
export function parseIntervalBound(text: string): Temporal.Instant | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/.test(text) ? instantOf(text) : undefined;
}

function instantOf(text: string): Temporal.Instant | undefined {
  // Unlike Temporal, Date.parse says NaN instead of throwing; both refuse the 31st of April, Date only silently.
  const instant = new Date(text);
  const valid = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text.slice(0, 16));
  return valid ? instant.toTemporalInstant() : undefined;
}
