import type { Transaction } from './connect.ts';

/** SQL for an instant as microseconds since the epoch, all that PostgreSQL keeps of it. */
export function microseconds(transaction: Transaction, column: string) {
  return transaction`(extract(epoch from ${transaction(column)}) * 1000000)::bigint`;
}

/** SQL for the instant that microseconds since the epoch stand for. */
export function instant(transaction: Transaction, column: string) {
  return transaction`timestamptz 'epoch' + ${transaction(column)} * interval '1 microsecond'`;
}
