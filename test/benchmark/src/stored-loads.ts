import {
  createRawPayloadRepository,
  createStoredAnswerRepository,
  type RawPayload,
  type Sql,
} from '@energy-data-service/db';
import type { ParsedAnswer } from '@energy-data-service/domain';
import { parsedLoad, type SeriesLoad, toAnswer } from './series-load.ts';

/** An answer that waits to be processed, and what it says. */
export interface ReceivedLoad {
  readonly payload: RawPayload;
  readonly parsed: ParsedAnswer;
}

/** Empties every table that holds data, and writes what earlier work left to the disk. */
export async function emptyTables(sql: Sql): Promise<void> {
  await sql`
    truncate point, point_revision, observation, raw_payload, series, coverage, collection, collection_item,
      collection_window
    restart identity`;
  await sql`checkpoint`;
}

/** Stores the raw answer to a request, with a stand-in for its bytes. */
export async function receiveLoad(sql: Sql, load: SeriesLoad): Promise<ReceivedLoad> {
  const payloads = createRawPayloadRepository(sql);
  const id = await payloads.store(load.request, toAnswer(Buffer.from(load.values.slice(0, 96).join())));
  const payload = await payloads.find(id);
  if (payload === undefined) throw new Error('a stored payload is not found');
  return { payload, parsed: parsedLoad(load) };
}

export async function receiveLoads(sql: Sql, loads: readonly SeriesLoad[]): Promise<ReceivedLoad[]> {
  const received: ReceivedLoad[] = [];
  for (const load of loads) received.push(await receiveLoad(sql, load));
  return received;
}

/** What should become of every point that is written. */
export type Change = 'new' | 'revised' | 'unchanged';

/**
 * Processes received answers one after the other, as a processor does.
 *
 * @throws {Error} if any point meets another fate than the one expected
 */
export async function storeLoads(sql: Sql, loads: readonly ReceivedLoad[], expected: Change): Promise<void> {
  const answers = createStoredAnswerRepository(sql);
  for (const { payload, parsed } of loads) {
    const changes = await answers.store(payload, parsed);
    const points = parsed.observations.reduce((sum, { block }) => sum + block.values.length, 0);
    if (changes?.[expected] !== points) {
      throw new Error(`${points} points should be ${expected}: ${JSON.stringify(changes)}`);
    }
  }
}
