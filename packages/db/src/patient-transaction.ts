import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import type { Sql, Transaction } from './connect.ts';

/** What the server says when a lock was not to be had in time, or when two would have waited for each other. */
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK = '40P01';

/** Below the time after which the server looks for deadlocks (a second by default): hardly ever is a writer what it ends for us. */
const LOCK_TIMEOUT_MS = 500;

export interface Patience {
  /** For how long a statement waits for a lock. */
  readonly lockTimeoutMs?: number;
  /** Until it tries again. */
  readonly pauseMs?: number;
  /** Told each time that a lock was not to be had. */
  readonly onWait?: (wait: LockWait) => void;
}

export interface LockWait {
  /** Who uses tables of this schema, longest first: `pg_dump (user postgres, pid 4711, for 73 s)`. */
  readonly holders: readonly string[];
  readonly pauseMs: number;
}

/**
 * Runs a transaction that changes tables which others use. It waits for a lock for a short time only, as whoever wants the
 * same table later waits behind it, and a backup may hold its locks for an hour. Then it is taken back and, after a pause,
 * tried again, without end.
 *
 * @param work - may run many times
 * @throws what `work` throws, but for a lock that is not to be had
 */
export async function beginPatiently(
  sql: Sql,
  work: (transaction: Transaction) => Promise<unknown>,
  { lockTimeoutMs = LOCK_TIMEOUT_MS, pauseMs = 10_000, onWait }: Patience = {},
): Promise<void> {
  for (;;) {
    try {
      await sql.begin(async (transaction) => {
        await transaction`select set_config('lock_timeout', ${String(lockTimeoutMs)}, true)`;
        await work(transaction);
      });
      return;
    } catch (error) {
      if (!isLockMissed(error)) throw error;
      onWait?.({ holders: await findHolders(sql), pauseMs });
      await pause(pauseMs);
    }
  }
}

function isLockMissed(error: unknown): boolean {
  return error instanceof postgres.PostgresError && [LOCK_NOT_AVAILABLE, DEADLOCK].includes(error.code);
}

/** A role that is no superuser is not told since when another's transaction runs. */
async function findHolders(sql: Sql): Promise<string[]> {
  const holders = await sql<{ holder: string }[]>`
    select format('%s (user %s, pid %s%s)', coalesce(nullif(application_name, ''), 'a session'), usename, pid,
      ', for ' || extract(epoch from clock_timestamp() - xact_start)::int || ' s') as holder
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and pid in (
      select pid from pg_locks join pg_class on pg_class.oid = relation
      where granted and relnamespace = current_schema()::regnamespace)
    order by xact_start, pid
    limit 5`;
  return holders.map(({ holder }) => holder);
}
