import { SERIES_KEY_FIELDS, type SeriesKey, seriesKeyText } from '@energy-data-service/domain';
import type { Transaction } from './connect.ts';

/** First argument of the advisory locks under which writers of one series take turns. */
const SERIES_LOCK = 7_201;

/**
 * The ids of series, created where they are new.
 *
 * Inserts go in the order of the identity, so that two processors that meet the same new series wait for each
 * other and never in a circle.
 *
 * @returns ids by `seriesKeyText`
 */
export async function resolveSeries(
  transaction: Transaction,
  keys: readonly SeriesKey[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  const ascending = [...new Map(keys.map((key) => [seriesKeyText(key), key]))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  for (const [text, key] of ascending) {
    ids.set(text, (await findSeries(transaction, key)) ?? (await createSeries(transaction, key)));
  }
  return ids;
}

async function findSeries(transaction: Transaction, key: SeriesKey): Promise<number | undefined> {
  const same = SERIES_KEY_FIELDS.map((field, i) => {
    const column = transaction(columnOf(field));
    const equal = transaction`${column} is not distinct from ${key[field]}`;
    return i === 0 ? equal : transaction` and ${equal}`;
  });
  const [row] = await transaction<{ id: number }[]>`select id from series where ${same}`;
  return row?.id;
}

async function createSeries(transaction: Transaction, key: SeriesKey): Promise<number> {
  const row = Object.fromEntries(SERIES_KEY_FIELDS.map((field) => [columnOf(field), key[field]]));
  await transaction`insert into series ${transaction(row)} on conflict do nothing`;
  const id = await findSeries(transaction, key);
  if (id === undefined) throw new Error('a series vanished while it was created');
  return id;
}

/** The column of a field of the key. */
export function columnOf(field: keyof SeriesKey): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * Waits for other writers of these series, and keeps them out until the transaction ends.
 *
 * @param ids - locked in ascending order, whatever their order here
 */
export async function lockSeries(transaction: Transaction, ids: readonly number[]): Promise<void> {
  const ascending = [...new Set(ids)].sort((a, b) => a - b);
  await transaction`
    select pg_advisory_xact_lock(${SERIES_LOCK}, id) from unnest(${ascending}::integer[]) as id`;
}
