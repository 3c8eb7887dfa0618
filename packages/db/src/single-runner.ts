import type { Sql } from './connect.ts';

/** Held by the one process that runs a tick of the scheduler. */
const TICK_LOCK = 4_711_002;

/**
 * Runs `work` unless another process is running it at this moment. The lock is the session's, so that it is
 * free again when the process that held it dies.
 *
 * @returns whether it ran here
 */
export async function runSingly(sql: Sql, work: () => Promise<void>): Promise<boolean> {
  const connection = await sql.reserve();
  try {
    const [row] = await connection<{ isOurs: boolean }[]>`
      select pg_try_advisory_lock(${TICK_LOCK}) as "isOurs"`;
    if (row?.isOurs !== true) return false;
    try {
      await work();
    } finally {
      await connection`select pg_advisory_unlock(${TICK_LOCK})`;
    }
    return true;
  } finally {
    connection.release();
  }
}
