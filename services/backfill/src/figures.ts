import { findArea, type TimeWindow } from '@energy-data-service/domain';

const COUNT = new Intl.NumberFormat('en');
const ROUGH = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

const MS_PER_DAY = 86_400_000;

export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** A count with its noun: `1 window`, `2 windows`. */
export function formatMany(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Three digits, in the largest unit of 1,000 bytes each that leaves at least one. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${ROUGH.format(bytes / 1_000 ** step)} ${units[step]}`;
}

/** Two units at most: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** One unit, rounded down, for a narrow column: `45 s`, `12 min`, `47 h`, `2 d`. */
export function formatRoughDuration(seconds: number): string {
  const steps = [
    { unit: 's', length: 1, upTo: 90 },
    { unit: 'min', length: 60, upTo: 90 * 60 },
    { unit: 'h', length: 3_600, upTo: 48 * 3_600 },
  ];
  const { unit, length } = steps.find(({ upTo }) => seconds < upTo) ?? { unit: 'd', length: 86_400 };
  return `${COUNT.format(Math.floor(seconds / length))} ${unit}`;
}

/** Days of 24 hours, with a digit after the point where they are not whole. */
export function formatDays(milliseconds: number): string {
  return COUNT.format(Math.round(milliseconds / (MS_PER_DAY / 10)) / 10);
}

export function formatInstant(instant: Temporal.Instant): string {
  return instant.toString({ smallestUnit: 'minute' });
}

export function formatRange({ from, to }: TimeWindow): string {
  return `${formatInstant(from)}/${formatInstant(to)}`;
}

/** The short code of an area, or its EIC if it has none. */
export function formatArea(eic: string): string {
  return findArea(eic)?.code ?? eic;
}

/** Codes and names in the order of their characters, wherever it runs. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
