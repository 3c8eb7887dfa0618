/**
 * Writes an instant (microseconds since the epoch) as RFC 3339 text into bytes from an offset on, and returns the
 * offset after it.
 */
export type InstantWriter = (target: Uint8Array, offset: number, epochUs: number) => number;

/** Bytes that no instant exceeds: a year of six digits, microseconds, an offset from UTC. */
export const LONGEST_INSTANT = 36;

const DAY_US = 86_400_000_000;
const HOUR_US = 3_600_000_000;
const MINUTE_US = 60_000_000;
const SECOND_US = 1_000_000;
const COLON = ':'.charCodeAt(0);
const DOT = '.'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);

/**
 * What `writeInstant` gives, for instants by the thousand: date and offset are spelled only when they change, and
 * change least where the instants ascend.
 *
 * @param timezone - IANA name
 */
export function createInstantWriter(timezone: string): InstantWriter {
  let span = offsetSpan(timezone, 0);
  let day = Number.NaN;
  let date: Uint8Array = Buffer.alloc(0);

  return (target, offset, epochUs) => {
    if (epochUs < span.fromUs || epochUs >= span.untilUs) span = offsetSpan(timezone, epochUs);
    const localUs = epochUs + span.offsetUs;
    const localDay = Math.floor(localUs / DAY_US);
    if (localDay !== day) {
      day = localDay;
      date = dateText(localDay);
    }
    target.set(date, offset);
    const end = writeTime(target, offset + date.length, localUs - localDay * DAY_US);
    target.set(span.suffix, end);
    return end + span.suffix.length;
  };
}

/** A stretch of time in which a zone has one offset from UTC; in microseconds, half-open. */
interface OffsetSpan {
  readonly fromUs: number;
  readonly untilUs: number;
  readonly offsetUs: number;
  readonly suffix: Uint8Array;
}

function offsetSpan(timezone: string, epochUs: number): OffsetSpan {
  if (timezone === 'UTC') {
    return { fromUs: -Infinity, untilUs: Infinity, offsetUs: 0, suffix: Buffer.from('Z') };
  }
  const local = new Temporal.Instant(BigInt(epochUs) * 1_000n).toZonedDateTimeISO(timezone);
  const from = local.add({ nanoseconds: 1 }).getTimeZoneTransition('previous');
  const until = local.getTimeZoneTransition('next');
  const text = local.toString({ timeZoneName: 'never' });
  return {
    fromUs: from === null ? -Infinity : from.epochMilliseconds * 1_000,
    untilUs: until === null ? Infinity : until.epochMilliseconds * 1_000,
    offsetUs: local.offsetNanoseconds / 1_000,
    suffix: Buffer.from(text.slice(-'+00:00'.length)),
  };
}

/** `2024-01-01T` */
function dateText(day: number): Uint8Array {
  const text = new Date((day * DAY_US) / 1_000).toISOString();
  return Buffer.from(text.slice(0, text.indexOf('T') + 1));
}

/** `00:15:00`, and what there is below a second without zeros at its end. */
function writeTime(target: Uint8Array, offset: number, dayUs: number): number {
  const hours = Math.floor(dayUs / HOUR_US);
  const minutes = Math.floor((dayUs - hours * HOUR_US) / MINUTE_US);
  const belowMinute = dayUs - hours * HOUR_US - minutes * MINUTE_US;
  const seconds = Math.floor(belowMinute / SECOND_US);
  let end = writeTwoDigits(target, offset, hours);
  target[end++] = COLON;
  end = writeTwoDigits(target, end, minutes);
  target[end++] = COLON;
  end = writeTwoDigits(target, end, seconds);
  let fraction = belowMinute - seconds * SECOND_US;
  if (fraction === 0) return end;
  target[end++] = DOT;
  for (let unit = 100_000; fraction > 0; unit /= 10) {
    target[end++] = ZERO + Math.floor(fraction / unit);
    fraction %= unit;
  }
  return end;
}

function writeTwoDigits(target: Uint8Array, offset: number, number: number): number {
  const tens = Math.floor(number / 10);
  target[offset] = ZERO + tens;
  target[offset + 1] = ZERO + number - 10 * tens;
  return offset + 2;
}
