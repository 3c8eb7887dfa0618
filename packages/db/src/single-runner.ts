import type { Sql } from './connect.ts';

/** Held by the one process that runs a round of the scheduler. */
const ROUND_LOCK = 4_711_002;

/**
 * Runs `work` unless another process is running it at this moment, and records that it was completed. The lock is a
 * transaction's, so that it is free again when the process that held it dies; `work` uses connections of its own.
 *
 * @returns whether it ran here
 */
export async function runSingly(sql: Sql, work: () => Promise<void>): Promise<boolean> {
  return sql.begin(async (transaction) => {
    const [row] = await transaction<{ isOurs: boolean }[]>`
      select pg_try_advisory_xact_lock(${ROUND_LOCK}) as "isOurs"`;
    if (row?.isOurs !== true) return false;
    await work();
    await transaction`
      insert into scheduler_round (completed_at) values (clock_timestamp())
      on conflict (is_only_row) do update set completed_at = excluded.completed_at`;
    return true;
  });
}

/**
 * Milliseconds since any process completed a round, by the server's clock.
 *
 * @returns null if none ever did
 */
export async function sinceLastRound(sql: Sql): Promise<number | null> {
  const [row] = await sql<{ ms: number }[]>`
    select (extract(epoch from clock_timestamp() - completed_at) * 1000)::double precision as ms
    from scheduler_round`;
  return row?.ms ?? null;
}
