import { Redis } from 'ioredis';
import { Client } from 'pg';

/** How a queue's server was found. */
export type QueueReadiness =
  | { readonly state: 'ready' }
  /** It does not answer, or not yet. */
  | { readonly state: 'not-yet'; readonly reason: string }
  /** It will never let us in: a wrong password, no such database. */
  | { readonly state: 'refused'; readonly reason: string };

const LOOK_TIMEOUT_MS = 4_000;

/** What servers answer to wrong credentials, or to a database that they do not have. */
const REFUSED = /^(?:WRONGPASS|NOAUTH|NOPERM|ERR (?:DB index|invalid password|AUTH))/;
/** States of PostgreSQL: wrong credentials (28…), no such database (3D000), no right to connect (42501). */
const REFUSED_STATE = /^(?:28...|3D000|42501)$/;

/**
 * Looks, over a connection of its own, whether the server of the queues answers.
 *
 * @returns reasons without credentials
 */
export async function findQueueReadiness(url: string): Promise<QueueReadiness> {
  try {
    await (/^rediss?:/.test(url) ? pingRedis(url) : pingPostgres(url));
    return { state: 'ready' };
  } catch (error) {
    return describeRefusal(error);
  }
}

async function pingRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: LOOK_TIMEOUT_MS,
    commandTimeout: LOOK_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // The first error says why; the call that fails says only that the connection is closed.
  const failed = new Promise<never>((_, reject) => redis.on('error', reject));
  try {
    await Promise.race([failed, redis.connect().then(() => redis.ping())]);
  } finally {
    failed.catch(() => undefined);
    redis.disconnect();
  }
}

async function pingPostgres(url: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: LOOK_TIMEOUT_MS,
    query_timeout: LOOK_TIMEOUT_MS,
  });
  // A connection that breaks while it is idle; the query fails by itself.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end();
  }
}

function describeRefusal(error: unknown): QueueReadiness {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isRefused = REFUSED.test(message) || REFUSED_STATE.test(code);
  return { state: isRefused ? 'refused' : 'not-yet', reason: message || code };
}
