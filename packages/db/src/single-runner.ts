import type { Sql } from './connect.ts';

/** Held by the one process that runs a round of the scheduler. */
const ROUND_LOCK = 4_711_002;

/**
 * Runs `work` unless another process is running it at this moment. The lock is a transaction's, so that it is free
 * again when the process that held it dies; `work` uses connections of its own.
 *
 * @returns whether it ran here
 */
export async function runSingly(sql: Sql, work: () => Promise<void>): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const [row] = await transaction<{ isOurs: boolean }[]>`
      select pg_try_advisory_xact_lock(${ROUND_LOCK}) as "isOurs"`;
    if (row?.isOurs !== true) return false;
    await work();
    return true;
  });
}
