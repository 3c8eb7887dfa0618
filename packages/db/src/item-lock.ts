import type { CollectRequest } from '@energy-data-service/domain';
import type { Transaction } from './connect.ts';

/** A dataset of an area, or of a border: answers to it are put into one order. */
export type AnsweredItem = Omit<CollectRequest, 'window'>;

/** First argument of the advisory locks of items. Two items of one hash wait for each other in vain, no more. */
const ITEM_LOCK = 7_203;

/** Waits for all who process answers to an item, and keeps others out until the transaction ends. */
export async function lockItem(transaction: Transaction, item: AnsweredItem): Promise<void> {
  await transaction`select pg_advisory_xact_lock(${ITEM_LOCK}, hashtext(${nameOf(item)}))`;
}

/**
 * Lets this transaction process an answer to an item beside others that do.
 *
 * @returns false if somebody has the item to itself, or waits for that
 */
export async function tryShareItem(transaction: Transaction, item: AnsweredItem): Promise<boolean> {
  const [row] = await transaction<{ isShared: boolean }[]>`
    select pg_try_advisory_xact_lock_shared(${ITEM_LOCK}, hashtext(${nameOf(item)})) as "isShared"`;
  return row?.isShared === true;
}

function nameOf({ source, dataset, area, counterArea }: AnsweredItem): string {
  return [source, dataset, area, counterArea ?? ''].join(' ');
}
