import { describeError } from '@energy-data-service/domain';

/** What a broken or refused connection is called, by Node.js and by the driver. */
const CONNECTION_ERRORS = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

const DISK_FULL = '53100';

/**
 * States in which a server refuses every query: connection exceptions (08…, but for a message of ours that it does not
 * understand), no room for a connection (53300) or on the disk (53100), shutting down, crashed or starting (57P01 to 57P03).
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const REFUSED = /^(?:08(?!P01)...|53[13]00|57P0[123])$/;

/**
 * Whether an error of a query, or all that several gather, say that the database cannot be reached or has no room, and not that
 * a query is wrong.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isDatabaseAway);
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return CONNECTION_ERRORS.has(error.code) || REFUSED.test(error.code);
}

/** Whether an error of a query says that the disk of the database is full. */
export function isDatabaseFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DISK_FULL;
}

/** What is logged of a query that failed. Where in the code that happened matters only if the database was there. */
export function queryFailureFields(error: unknown): { reason: string } | { err: unknown } {
  return isDatabaseAway(error) ? { reason: describeError(error) } : { err: error };
}

/** Whether the server ended a query because it took longer than `statementTimeoutMs`. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '57014';
}
