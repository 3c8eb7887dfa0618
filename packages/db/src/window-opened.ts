import type { Sql, Transaction } from './connect.ts';

const CHANNEL = 'window_opened';

/** Tells the schedulers, once the transaction commits, that windows are to be put into the queue, or out of it. */
export async function notifyWindowOpened(transaction: Transaction): Promise<void> {
  await transaction`select pg_notify(${CHANNEL}, '')`;
}

/**
 * Calls `wake` whenever windows were opened by another process. A lost connection is made anew; what is missed
 * meanwhile is found by the next tick.
 *
 * @returns what ends it
 */
export async function listenForOpenedWindows(sql: Sql, wake: () => void): Promise<() => Promise<void>> {
  const { unlisten } = await sql.listen(CHANNEL, wake, wake);
  return async () => {
    await unlisten();
  };
}
